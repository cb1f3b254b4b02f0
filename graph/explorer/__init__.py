"""The explorer: school-enterprise networks for people who don't program, as a web page on this machine.

    server.py     the address it binds to, TLS-free loopback by default, waitress
    app.py        the Flask application: what every request goes through
    security.py   headers, host check, sizes, CSRF
    users.py      the users file: password hashes, roles; sessions
    language.py   Chinese first, English switch
    views.py …    a page each; every page is also JSON at the same address with ``.json``

Nothing here asks the network for anything: scripts and styles are served from this package.
"""
