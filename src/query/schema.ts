import { AuthError } from '../core/index.ts'

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

/** The API answered with an error status. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code = 'http_error'
  readonly status: number
  /** The answer's JSON, or its text. */
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super(`The API answered ${status}. See \`body\` for what it says.`)
    this.status = status
    this.body = body
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads JSON out of an answer and validates it.
 *
 * @throws {@link HttpError} for an error status, {@link SchemaError} for what the schema refuses, `invalid_response`
 * `AuthError` for what is no JSON.
 */
export async function readRows<Output>(response: Response, schema?: Schema<Output>): Promise<Output> {
  const text = await response.text()
  const body = parse(text)
  if (!response.ok) throw new HttpError(response.status, body ?? text)
  if (body === undefined) {
    throw new AuthError('invalid_response', 'The API answered without JSON. Check the URL, or write a `queryFn`.')
  }
  const result = await schema?.['~standard'].validate(body)
  if (result?.issues) throw new SchemaError(result.issues)
  return result ? result.value : (body as Output)
}
