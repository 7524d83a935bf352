"""Change the words of a kind of mail."""

from core.errors import BadValue
from core.operations import lock, operation
from support.models import NoticeTemplate
from support.states import NoticeKind
from support.templating import check_words


@operation(permission="support.change_noticetemplate")
def change_template(template_id: int, *, subject: str, body: str, active: bool) -> NoticeTemplate:
    """Change the words; mails that are planned already keep theirs.

    Raises UnknownPlaceholder, BadValue.
    """
    template = lock(NoticeTemplate, template_id)
    if not subject.strip() or not body.strip():
        raise BadValue(field="body", fix="a mail has a subject and a text.")
    if template.kind == NoticeKind.REPLY and "{reply}" not in body:
        raise BadValue(field="body", fix="a reply has its {reply} in it.")
    check_words(template.kind, subject, body)
    template.subject, template.body = subject.strip()[:200], body.replace("\r\n", "\n")
    template.active = active
    template.save(update_fields=["subject", "body", "active", "updated_at"])
    return template
