"""Pictures of SKUs as answers: the page and the API send the same file."""

from django.http import FileResponse, Http404

from inventory.models import SkuPicture

KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


def picture_file(found: SkuPicture) -> FileResponse:
    """The file as it was sent; 404 when it is gone."""
    ending = found.image.name.rpartition(".")[2]
    if ending not in KINDS:
        raise Http404
    try:
        opened = found.image.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(opened, content_type=KINDS[ending])
