from django.contrib import admin

from core.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "roles", "is_active"]
    search_fields = ["email", "name"]
    exclude = ["password", "user_permissions", "groups", "is_superuser"]
