"""Pages of customer service."""

from django.urls import path

from support.views import cases, notices

app_name = "support"
urlpatterns = [
    path("", cases.case_list, name="case_list"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<str:public_id>/", notices.notice, name="notice"),
    path("notices/<str:public_id>/settle/", notices.settle, name="settle_notice"),
    path("words/", notices.template_list, name="template_list"),
    path("words/<str:public_id>/", notices.template, name="template"),
    path("new/order/<str:public_id>/", cases.new_for_order, name="new_for_order"),
    path("new/customer/<str:public_id>/", cases.new_for_customer, name="new_for_customer"),
    path("<str:public_id>/", cases.case, name="case"),
    path("<str:public_id>/reply/", cases.reply, name="reply"),
    path("<str:public_id>/note/", cases.note, name="note"),
    path("<str:public_id>/heard/", cases.heard, name="heard"),
    path("<str:public_id>/assign/", cases.assign, name="assign"),
    path("<str:public_id>/priority/", cases.prioritize, name="prioritize"),
    path("<str:public_id>/link/", cases.link, name="link"),
    path("<str:public_id>/close/", cases.close, name="close"),
    path("<str:public_id>/reopen/", cases.reopen, name="reopen"),
]
