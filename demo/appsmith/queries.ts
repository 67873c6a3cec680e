import type { AppsmithStore, QueryAnswer } from '../../src/testing/index.ts'

/** The guide's queries. In Appsmith they are made in the Queries tab, and its server sends them. */
export function createQueries(
  api: string,
  { values }: AppsmithStore,
): Record<string, (parameters: Record<string, unknown>) => Promise<QueryAnswer>> {
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const data = await response.json().catch(() => ({}))
    return { data, statusCode: `${response.status} ${response.statusText.toUpperCase()}`.trim() }
  }
  return {
    // { "email": {{ this.params.email }}, "password": {{ this.params.password }} }
    api_authToken: ({ email, password }) => post('/api/user/token-auth/', { email, password }),
    // { "refresh_token": {{ appsmith.store.auth.refreshToken }} }
    api_refreshAuthToken: () =>
      post('/api/user/token-refresh/', { refresh_token: (values.auth as { refreshToken?: string })?.refreshToken }),
  }
}
