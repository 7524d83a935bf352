"""Hand pip's settings on to uv, which reads none of them. Standard library only."""

import ast

ORDER = ("global", "site", "user", "install", ":env:")  # the later one wins, as in pip
MANY = {"extra-index-url", "find-links", "trusted-host"}
NO = {"", "0", "false", "no", "off"}


def settings_of(listing: str) -> dict[str, str]:
    """Read what `pip config list` prints: {"index-url": "…"}."""
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        path, _, value = line.partition("=")
        section, _, name = path.partition(".")
        if section not in ORDER or not value:
            continue
        rank, name = ORDER.index(section), name.strip(".").replace("_", "-")
        if rank >= found.get(name, (-1, ""))[0]:
            found[name] = (rank, str(_literal(value)))
    return {name: value for name, (_, value) in found.items()}


def as_uv(listing: str) -> tuple[list[str], dict[str, str]]:
    """Return the options and the environment that make uv ask where pip would."""
    pip = settings_of(listing)
    options: list[str] = []
    for name, option in (
        ("index-url", "--default-index"),
        ("extra-index-url", "--index"),
        ("find-links", "--find-links"),
        ("trusted-host", "--allow-insecure-host"),
    ):
        values = pip.get(name, "").split() if name in MANY else [pip.get(name, "")]
        options += [part for value in values if value for part in (option, value)]
    if pip.get("no-index", "").lower() not in NO:
        options.append("--no-index")
    if "--index" in options:  # pip looks everywhere and takes the best; the hashes keep that safe
        options += ["--index-strategy", "unsafe-best-match"]
    environ = {
        "SSL_CERT_FILE": pip.get("cert", ""),
        "SSL_CLIENT_CERT": pip.get("client-cert", ""),
        "ALL_PROXY": pip.get("proxy", ""),
        "UV_HTTP_TIMEOUT": pip.get("default-timeout", pip.get("timeout", "")),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return options, {name: value for name, value in environ.items() if value}


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
