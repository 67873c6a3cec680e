/** Any validator of the Standard Schema specification, version 1: zod, valibot, arktype and others. */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** What a validator finds. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** One thing that is not as the schema wants it. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The API answered with success, but not with what `schema` describes. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  readonly code = 'schema_mismatch'
  readonly issues: readonly SchemaIssue[]

  constructor(issues: readonly SchemaIssue[]) {
    super(`The answer does not match the schema: ${issues.map(({ message }) => message).join('; ')}.`)
    this.issues = issues
  }
}

/** What an {@link HttpError} tells. */
export interface HttpFailure {
  /** `http_error` for an error status, `invalid_json` for an answer that is no JSON. */
  readonly code: 'http_error' | 'invalid_json'
  readonly status: number
  /** The answer's JSON, or its text. */
  readonly body: unknown
  /** What was asked for. */
  readonly url: string
}

/** The API answered with an error status, or with something that is no JSON. */
export class HttpError extends Error implements HttpFailure {
  override readonly name = 'HttpError'
  declare readonly code: HttpFailure['code']
  declare readonly status: number
  declare readonly body: unknown
  declare readonly url: string

  constructor(failure: HttpFailure) {
    super(`${failure.url} answered ${failure.status} (${failure.code}). See \`body\` for what it says.`)
    Object.assign(this, failure)
  }
}

/**
 * Reads JSON out of an answer and validates it.
 *
 * @throws {@link HttpError} for an error status and for what is no JSON, {@link SchemaError} for what the schema refuses.
 */
export async function readRows<Output>(
  response: Response,
  url: string | URL,
  schema?: Schema<Output>,
): Promise<Output> {
  const { ok, status } = response
  let body: unknown = await response.text()
  let code: HttpFailure['code'] | undefined
  try {
    // No content (RFC 9110 §15.3.5). A query may not answer `undefined`.
    body = status === 204 ? null : JSON.parse(body as string)
  } catch {
    code = 'invalid_json'
  }
  if (!ok) code = 'http_error'
  if (code) throw new HttpError({ code, status, body, url: String(url) })
  const result = await schema?.['~standard'].validate(body)
  if (result?.issues) throw new SchemaError(result.issues)
  return result ? result.value : (body as Output)
}
