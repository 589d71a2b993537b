"""What a page may ask of the browser beyond showing itself: next to nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Passkeys, and the buttons that copy an address or hand it on.
OURS = ("publickey-credentials-create", "publickey-credentials-get", "clipboard-write", "web-share")
# Of the features that browsers know (https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md) those that let
# a page listen, look, locate, pay or speak to devices; and the one that tells advertisers what somebody likes.
NOBODYS = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
POLICY = ", ".join([*(f"{name}=(self)" for name in OURS), *(f"{name}=()" for name in NOBODYS)])


class FeaturesMiddleware:
    """The Permissions-Policy of every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = POLICY
        return response
