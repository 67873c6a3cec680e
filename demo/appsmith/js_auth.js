export default {
  // Every other function goes through this one.
  async session(verb, input) {
    const session = authed.pageSession({
      appsmith,
      storeValue,
      signIn: api_authToken,
      refresh: api_refreshAuthToken,
      // Somebody types the password. Leave this out where api_authToken holds the credentials itself.
      whenSignedOut: 'reject',
    })
    return session[verb](input)
  },
  // Bind a query's Authorization header to `JWT {{ js_auth.getAccessToken.data }}`, and run this before the query.
  getAccessToken() {
    return this.session('getAccessToken')
  },
  signIn(parameters) {
    return this.session('signIn', parameters)
  },
  signOut() {
    return this.session('signOut')
  },
  // The widgets' event onAuthRefresh: {{ js_auth.answerWidget(authRequest) }}
  answerWidget(authRequest) {
    return this.session('answerWidget', authRequest)
  },
}
