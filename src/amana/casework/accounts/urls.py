"""Addresses of sign-in, accounts, people and offices.

Of allauth's pages only those that are used have an address: there is no sign-up and no e-mail here.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path

from amana.casework.accounts import views, views_codes, views_entry, views_offices, views_people
from amana.casework.common.access import needs, open_to_all

signed_in = needs(None)

urlpatterns = [
    path("sign-in/", open_to_all(allauth.login), name="account_login"),
    path("sign-in/passkey/", open_to_all(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/second-factor/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/closed/", open_to_all(allauth.account_inactive), name="account_inactive"),
    path("sign-in/code/", views_entry.recovery_use, name="recovery-use"),
    path("sign-in/demo/", views_entry.demo_sign_in, name="demo-sign-in"),
    path("sign-out/", open_to_all(allauth.logout), name="account_logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/confirm/", signed_in(allauth.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/key/",
        signed_in(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/second-factor/", signed_in(mfa.index), name="mfa_index"),
    path("account/second-factor/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/second-factor/keys/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("account/second-factor/keys/add/", signed_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/second-factor/keys/<int:pk>/rename/",
        signed_in(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/second-factor/keys/<int:pk>/remove/",
        signed_in(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/recovery-codes/",
        signed_in(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/recovery-codes/new/",
        signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/recovery-codes.txt",
        signed_in(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/sessions/", signed_in(usersessions.list_usersessions), name="usersessions_list"),
    path("account/tokens/new/", views.token_new, name="account-token-new"),
    path("account/tokens/<uuid:pk>/revoke/", views.token_revoke, name="account-token-revoke"),
    path("people/", views_people.people, name="people"),
    path("people.csv", views_people.people, {"as_csv": True}, name="people-csv"),
    path("people/new/", views_people.person_new, name="person-new"),
    path("people/<uuid:pk>/", views_people.person, name="person"),
    path("people/<uuid:pk>/change/", views_people.person_change, name="person-change"),
    path("people/<uuid:pk>/roles/", views_people.person_roles, name="person-roles"),
    path("people/<uuid:pk>/close/", views_people.person_deactivate, name="person-deactivate"),
    path("people/<uuid:pk>/open/", views_people.person_reactivate, name="person-reactivate"),
    path("people/<uuid:pk>/first-code/", views_codes.person_code, name="person-code"),
    path("people/roles/<uuid:pk>/end/", views_people.holding_end, name="holding-end"),
    path("people/recoveries/", views_codes.recoveries, name="recoveries"),
    path("people/recoveries/<uuid:pk>/", views_codes.recovery_agree, name="recovery-agree"),
    path("offices/", views_offices.offices, name="offices"),
    path("offices.csv", views_offices.offices, {"as_csv": True}, name="offices-csv"),
    path("offices/new/", views_offices.office_new, name="office-new"),
    path("offices/<slug:code>/", views_offices.office, name="office"),
    path("offices/<slug:code>/change/", views_offices.office_change, name="office-change"),
    path("offices/<slug:code>/share/", views_offices.sharing_new, name="sharing-new"),
    path("offices/sharing/<uuid:pk>/end/", views_offices.sharing_end, name="sharing-end"),
]
