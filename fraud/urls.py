"""Pages of fraud."""

from django.urls import path, re_path

from core.ids import PUBLIC_ID
from fraud import views

app_name = "fraud"
urlpatterns = [
    path("", views.risk_queue, name="risk_queue"),
    path("all/", views.risk_list, name="risk_list"),
    path("next/", views.next_case, name="next_case"),
    path("rules/", views.rules, name="rules"),
    path("rules/thresholds/", views.thresholds_change, name="thresholds_change"),
    path("rules/<slug:code>/", views.rule, name="rule"),
    path("rules/<slug:code>/change/", views.rule_change, name="rule_change"),
    re_path(rf"^(?P<public_id>{PUBLIC_ID})/$", views.risk, name="risk"),
    re_path(rf"^(?P<public_id>{PUBLIC_ID})/score/$", views.score_again, name="score_again"),
    re_path(rf"^(?P<public_id>{PUBLIC_ID})/accept/$", views.accept, name="accept"),
    re_path(rf"^(?P<public_id>{PUBLIC_ID})/reject/$", views.reject, name="reject"),
]
