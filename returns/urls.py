"""Pages of returns."""

from django.urls import path

from returns.views import captures, desk, refunds, rmas

app_name = "returns"
urlpatterns = [
    path("", rmas.rma_list, name="rma_list"),
    path("desk/", desk.desk, name="desk"),
    path("new/<str:public_id>/", rmas.new, name="new"),
    path("goodwill/<str:public_id>/", refunds.goodwill, name="goodwill"),
    path("lost/<str:public_id>/", refunds.lost, name="refund_lost"),
    path("captures/", captures.capture_list, name="capture_list"),
    path("captures/new/<str:public_id>/", captures.new, name="capture_order"),
    path("captures/<str:public_id>/", captures.capture, name="capture"),
    path("captures/<str:public_id>/retry/", captures.retry, name="retry_capture"),
    path("captures/<str:public_id>/confirm/", captures.confirm, name="confirm_capture"),
    path("captures/<str:public_id>/deny/", captures.deny, name="deny_capture"),
    path("captures/<str:public_id>/withdraw/", captures.withdraw, name="withdraw_capture"),
    path("refunds/", refunds.refund_list, name="refund_list"),
    path("refunds/<str:public_id>/", refunds.refund, name="refund"),
    path("refunds/<str:public_id>/retry/", refunds.retry, name="retry_refund"),
    path("refunds/<str:public_id>/confirm/", refunds.confirm, name="confirm_refund"),
    path("refunds/<str:public_id>/deny/", refunds.deny, name="deny_refund"),
    path("refunds/<str:public_id>/withdraw/", refunds.withdraw, name="withdraw_refund"),
    path("<str:public_id>/", rmas.rma, name="rma"),
    path("<str:public_id>/approve/", rmas.approve, name="approve"),
    path("<str:public_id>/reject/", rmas.reject, name="reject"),
    path("<str:public_id>/cancel/", rmas.cancel, name="cancel"),
    path("<str:public_id>/receive/", desk.receive, name="receive"),
    path("<str:public_id>/inspect/", desk.inspect, name="inspect"),
    path("<str:public_id>/refund/", rmas.refund, name="refund_return"),
    path("<str:public_id>/close/", rmas.close, name="close"),
]
