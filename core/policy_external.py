"""The policy's lines for pages of third-party apps, and for core's own."""

from core.policy import ANYONE, SIGNED_IN, Rule, rule

_PUBLIC = rule(ANYONE, scope="public page")
_SELF = rule(SIGNED_IN, scope="own account")
_SELF_SENSITIVE = rule(SIGNED_IN, scope="own account", sensitive=True)

POLICY: dict[str, Rule] = {
    # health and development
    "livez": _PUBLIC,
    "readyz": _PUBLIC,
    "components": _PUBLIC,
    "theme": _PUBLIC,
    "session_extend": _SELF,
    "mailbox": _PUBLIC,
    "mailbox_message": _PUBLIC,
    # the description of the JSON routes
    "api:openapi-json": _PUBLIC,
    "api:api-root": _PUBLIC,
    "common-grants:openapi-json": _PUBLIC,
    "common-grants:api-root": _PUBLIC,
    # allauth: getting in
    "account_login": _PUBLIC,
    "account_signup": _PUBLIC,
    "account_request_login_code": _PUBLIC,
    "account_confirm_login_code": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_confirm_email": _PUBLIC,
    "account_email_verification_sent": _PUBLIC,
    "account_reset_password": _PUBLIC,
    "account_reset_password_done": _PUBLIC,
    "account_reset_password_from_key": _PUBLIC,
    "account_reset_password_from_key_done": _PUBLIC,
    "mfa_authenticate": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    # allauth: one's own account
    "account_reauthenticate": _SELF,
    "account_email": _SELF_SENSITIVE,
    "account_change_password": _SELF,
    "account_set_password": _SELF,
    "mfa_reauthenticate": _SELF,
    "mfa_index": _SELF,
    "mfa_activate_totp": _SELF,
    "mfa_deactivate_totp": _SELF_SENSITIVE,
    "mfa_list_webauthn": _SELF,
    "mfa_add_webauthn": _SELF_SENSITIVE,
    "mfa_edit_webauthn": _SELF_SENSITIVE,
    "mfa_remove_webauthn": _SELF_SENSITIVE,
    "mfa_reauthenticate_webauthn": _SELF,
    "mfa_view_recovery_codes": _SELF_SENSITIVE,
    "mfa_generate_recovery_codes": _SELF_SENSITIVE,
    "mfa_download_recovery_codes": _SELF_SENSITIVE,
}
