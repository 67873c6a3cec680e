/** The `defaultModel` of a widget whose page refreshes: everything but the refresh token. */
export const widgetModel = `{{ {
  auth: {
    id: appsmith.store.auth?.id,
    userId: appsmith.store.auth?.userId,
    revision: appsmith.store.auth?.revision,
    accessToken: appsmith.store.auth?.accessToken,
    obtainedAt: appsmith.store.auth?.obtainedAt,
    expiresAt: appsmith.store.auth?.expiresAt,
    error: appsmith.store.authError
  }
} }}`

/** The events of a widget whose page refreshes. */
export const widgetEvents = {
  onAuthRefresh: '{{ js_auth.answerWidget(authRequest) }}',
  onSignInRequired: "{{ showModal('SignIn') }}",
  onSignOut: '{{ js_auth.signOut() }}',
  onRowSelected: "{{ storeValue('selectedRow', row, false) }}",
}

/** The `defaultModel` of a widget that refreshes by itself: both tokens, in one object. */
export const ownModel = '{{ { auth: appsmith.store.auth } }}'

/** The event of a widget that refreshes by itself. */
export const ownEvents = { onTokens: "{{ storeValue('auth', tokens) }}" }
