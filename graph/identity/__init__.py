"""Printed names → identities: which names are one real thing, with reasons, decisions and proposals."""
