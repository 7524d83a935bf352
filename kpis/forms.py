from django import forms

from kpis.models import Target


class TargetForm(forms.ModelForm):
    note = forms.CharField(max_length=300, required=False, label="Why")

    class Meta:
        model = Target
        fields = ["value", "warning"]
