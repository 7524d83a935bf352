"""Tables of customer service."""

from support.models.cases import Case, CaseMessage, CaseOrder, ServicePromise
from support.models.notices import Notice, NoticeTemplate

__all__ = ["Case", "CaseMessage", "CaseOrder", "Notice", "NoticeTemplate", "ServicePromise"]
