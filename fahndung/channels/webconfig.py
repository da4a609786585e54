"""Configurations for nginx and Apache that show a website's folder: 410 by marker file, without a reload.

Returns text; installs nothing. What each header is for: ``docs/website-headers.md``.
"""

import pathlib
import re

from fahndung.channels import layout
from fahndung.channels.headers import HEADERS, INDEXED, JSON_FEED_TYPE, MEDIA_TYPES, RECORD_TYPE, SITEMAP_TYPE
from fahndung.errors import InvalidConfig

_NAME = re.compile(r"[A-Za-z0-9*_]([A-Za-z0-9.*_-]{0,252})")
_PATH = re.compile(r"/[\w./ -]*")
_COMMON = {
    "slug": "[a-z0-9]{16,64}",
    "json_feed": layout.JSON_FEED,
    "sitemap": layout.SITEMAP,
    "records": layout.RECORDS,
    "unlisted": HEADERS["X-Robots-Tag"],
    "listed": INDEXED,
}

_NGINX = """\
# Website of fahndung. Belongs into the http section, e.g. as a file in /etc/nginx/conf.d/.
# TLS: replace the listen line by your own and add ssl_certificate, ssl_certificate_key and a redirect from port 80.
server {{
    listen {listen};
    server_name {name};
    root "{root}";
    index index.html;

    server_tokens off;
    autoindex off;
    absolute_redirect off;
    disable_symlinks on from=$document_root;
    etag off;
    if_modified_since off;
    types {{
{types}
    }}
    default_type application/octet-stream;
    charset utf-8;
    charset_types text/plain application/atom+xml application/feed+json application/json application/cap+xml
        application/xml;

    # A page that search engines may list has a marker; nothing else is listed, and no picture.
    set $robots "{unlisted}";
{headers}

    # The bodies of the 410 answers: reached from inside only.
    location ^~ /.fahndung/gone/ {{
        internal;
        types {{ }}
        default_type text/html;
    }}
    location ~ /\\. {{
        return 404;
    }}

    # One picture of a replaced revision, or a picture of an appeal that has ended.
    location ~ "^/bilder/(?<slug>{slug})/(?<file>[^/]+)$" {{
        set $gone "";
        if (-f "$document_root/.fahndung/gone/$slug/$file") {{ set $gone "$slug/$file"; }}
        if (-f "$document_root/.fahndung/gone/$slug.html") {{ set $gone "$slug.html"; }}
        if ($gone) {{ return 410; }}
        error_page 410 /.fahndung/gone/$gone;
        limit_except GET {{ deny all; }}
    }}
    # The page in another language, which can end alone.
    location ~ "^/fahndung/(?<slug>{slug})/(?<file>[a-z]{{2,3}}\\.html)$" {{
        set $gone "";
        if (-f "$document_root/.fahndung/gone/$slug/$file") {{ set $gone "$slug/$file"; }}
        if (-f "$document_root/.fahndung/gone/$slug.html") {{ set $gone "$slug.html"; }}
        if ($gone) {{ return 410; }}
        error_page 410 /.fahndung/gone/$gone;
        limit_except GET {{ deny all; }}
    }}
    location ~ "^/fahndung/(?<slug>{slug})/(?:index\\.html)?$" {{
        if (-f "$document_root/.fahndung/gone/$slug.html") {{ return 410; }}
        if (-f "$document_root/.fahndung/indexed/$slug") {{ set $robots "{listed}"; }}
        error_page 410 /.fahndung/gone/$slug.html;
        limit_except GET {{ deny all; }}
    }}
    # Everything else that belongs to an appeal.
    location ~ "^/(?:fahndung|bilder)/(?<slug>{slug})(?:/|$)" {{
        if (-f "$document_root/.fahndung/gone/$slug.html") {{ return 410; }}
        error_page 410 /.fahndung/gone/$slug.html;
        limit_except GET {{ deny all; }}
    }}
    location ~ "^/api/v1/appeals/(?<slug>{slug})\\.json$" {{
        if (-f "$document_root/.fahndung/gone/$slug.html") {{ return 410; }}
        error_page 410 /.fahndung/gone/$slug.html;
        limit_except GET {{ deny all; }}
    }}
    location = /{json_feed} {{
        types {{ }}
        default_type {json_feed_type};
        limit_except GET {{ deny all; }}
    }}
    location = /{sitemap} {{
        types {{ }}
        default_type {sitemap_type};
        limit_except GET {{ deny all; }}
    }}
    location ~ "^/{records}/[^/]+\\.xml$" {{
        types {{ }}
        default_type {record_type};
        limit_except GET {{ deny all; }}
    }}
    location / {{
        limit_except GET {{ deny all; }}
    }}
}}
"""

_APACHE = """\
# Website of fahndung. Needs the modules rewrite, headers, mime and dir: a2enmod rewrite headers
# Put "ServerTokens Prod" into the server's main configuration; a virtual host cannot set it.
# TLS: replace the port by your own and add SSLEngine, SSLCertificateFile and a redirect from port 80.
<VirtualHost {listen}>
    ServerName {name}
    DocumentRoot "{root}"
    ServerSignature Off
    TraceEnable Off
    FileETag None
    AcceptPathInfo Off
    RequestHeader unset If-Modified-Since

    <Directory "{root}">
        Require all granted
        Options None
        AllowOverride None
        DirectoryIndex index.html
        DirectorySlash On
{types}
        AddDefaultCharset Off
    </Directory>
    <Location "/{json_feed}">
        ForceType "{json_feed_type}"
    </Location>
    <Location "/{sitemap}">
        ForceType "{sitemap_type}"
    </Location>
    <LocationMatch "^/{records}/[^/]+\\.xml$">
        ForceType "{record_type}"
    </LocationMatch>

{headers}
    # A page that search engines may list has a marker; nothing else is listed, and no picture.
    Header always set X-Robots-Tag "{listed}" env=FAHNDUNG_INDEXED
    Header always set X-Robots-Tag "{unlisted}" env=FAHNDUNG_GONE

    RewriteEngine On
    # Inside the redirect to the body of a 410 nothing is rewritten again; only Apache itself sets REDIRECT_STATUS.
    RewriteCond "%{{ENV:REDIRECT_STATUS}}" "=410"
    RewriteRule "^/\\.fahndung/gone/" "-" [END]
    RewriteRule "/\\." "-" [R=404,L]
    # An appeal that has ended: page, folder and every picture.
    RewriteCond "%{{DOCUMENT_ROOT}}/.fahndung/gone/$1.html" -f
    RewriteRule "^/(?:fahndung|bilder)/({slug})(?:/|$)" "-" [E=FAHNDUNG_GONE:$1.html,R=410,L]
    RewriteCond "%{{DOCUMENT_ROOT}}/.fahndung/gone/$1.html" -f
    RewriteRule "^/api/v1/appeals/({slug})\\.json$" "-" [E=FAHNDUNG_GONE:$1.html,R=410,L]
    # One picture of a replaced revision.
    RewriteCond "%{{DOCUMENT_ROOT}}/.fahndung/gone/$1/$2" -f
    RewriteRule "^/bilder/({slug})/([^/]+)$" "-" [E=FAHNDUNG_GONE:$1/$2,R=410,L]
    # The page in one other language.
    RewriteCond "%{{DOCUMENT_ROOT}}/.fahndung/gone/$1/$2" -f
    RewriteRule "^/fahndung/({slug})/([a-z]{{2,3}}\\.html)$" "-" [E=FAHNDUNG_GONE:$1/$2,R=410,L]
    RewriteCond "%{{DOCUMENT_ROOT}}/.fahndung/indexed/$1" -f
    RewriteRule "^/fahndung/({slug})/(?:index\\.html)?$" "-" [E=FAHNDUNG_INDEXED:1]
    RewriteCond "%{{REQUEST_METHOD}}" "!^(GET|HEAD)$"
    RewriteRule "^" "-" [R=405,L]
    # The bodies of the 410 answers.
    <LocationMatch "^/(fahndung|bilder|api/v1/appeals)/">
        ErrorDocument 410 "/.fahndung/gone/%{{reqenv:FAHNDUNG_GONE}}"
    </LocationMatch>
    <LocationMatch "^/\\.fahndung/gone/">
        ForceType "text/html; charset=utf-8"
    </LocationMatch>
</VirtualHost>
"""


def nginx(root: pathlib.Path, server_name: str, listen: str = "80") -> str:
    """A ``server`` section for nginx 1.18 or newer.

    Args:
        root: absolute folder of the website. server_name: its host name. listen: port, or address and port.

    Raises:
        InvalidConfig: root or name would not stand safely in the configuration.
    """
    _check(root, server_name)
    types = "\n".join(f"        {media_type.partition(';')[0]} {ending};" for ending, media_type in MEDIA_TYPES.items())
    told = dict(HEADERS) | {"X-Robots-Tag": "$robots"}
    headers = "\n".join(f'    add_header {name} "{value}" always;' for name, value in told.items())
    values = _COMMON | {
        "json_feed_type": JSON_FEED_TYPE.partition(";")[0],
        "sitemap_type": SITEMAP_TYPE.partition(";")[0],
        "record_type": RECORD_TYPE.partition(";")[0],
    }
    return _NGINX.format(listen=listen, name=server_name, root=root, types=types, headers=headers, **values)


def apache(root: pathlib.Path, server_name: str, listen: str = "*:80") -> str:
    """A ``VirtualHost`` section for Apache 2.4.13 or newer; arguments and errors as for :func:`nginx`."""
    _check(root, server_name)
    types = "\n".join(f'        AddType "{media_type}" .{ending}' for ending, media_type in MEDIA_TYPES.items())
    headers = "\n".join(f'    Header always set {name} "{value}"' for name, value in HEADERS.items())
    values = _COMMON | {"json_feed_type": JSON_FEED_TYPE, "sitemap_type": SITEMAP_TYPE, "record_type": RECORD_TYPE}
    return _APACHE.format(listen=listen, name=server_name, root=root, types=types, headers=headers, **values)


def _check(root: pathlib.Path, server_name: str) -> None:
    if not _PATH.fullmatch(str(root)) or not _NAME.fullmatch(server_name):
        raise InvalidConfig(
            f"The folder {str(root)!r} or the name {server_name!r} cannot stand in a server configuration: "
            "an absolute path of letters, digits, blanks and . _ - /, and a plain host name are needed.",
            f"Der Ordner {str(root)!r} oder der Name {server_name!r} kann nicht in einer Serverkonfiguration stehen: "
            "gebraucht werden ein absoluter Pfad aus Buchstaben, Ziffern, Leerzeichen und . _ - / sowie ein "
            "einfacher Rechnername.",
        )
