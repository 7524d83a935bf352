"""Static files in production: under names that hold their hash, for browsers to keep for good.

A module or style sheet imports others by their hashed names too, and so its own name
changes with whatever it loads: a page gets the modules of one release, never a mixture.
"""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django can do this for every .js file, but then also reads the comments of other people's.
OWN_MODULES = "js/*.js"
IMPORT = (
    r"""(?P<matched>(?P<what>\b(?:import|from)\s*\(?\s*)["'](?P<url>\./[^"']+)["'])""",
    '%(what)s"%(url)s"',
)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Django's hashed names and WhiteNoise's compression, for ES modules as well."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (OWN_MODULES, (IMPORT,)))
