import { FlagError } from '#base/flags'
import { type ApiError, isApiError } from '#base/errors'
import { type TransportError, isTransportError } from '#client'
import { Failures } from './failures.ts'
import { KubectlError } from './fault.ts'

/** What is printed to standard error for a failure, as upstream's kubectl words it. */
export function errorText(error: unknown, path: string): string {
  if (error instanceof Failures) return failuresText(error)
  if (error instanceof FlagError) return `error: ${error.message}\nSee '${path} --help' for usage.\n`
  if (error instanceof KubectlError) return withEnd(`${error.isPrefixed ? 'error: ' : ''}${error.message}`)
  if (isApiError(error)) return withEnd(refusalText(error))
  if (isTransportError(error)) return withEnd(transportText(error))
  return `error: ${error instanceof Error ? error.message : String(error)}\n`
}

/** Refusals each on a line of its own; everything else together in brackets behind them. */
function failuresText({ errors }: Failures): string {
  const refusals = errors.filter((error) => isApiError(error))
  const others = errors.filter((error) => !isApiError(error)).map((error) => (error as Error).message)
  const lines = refusals.map((error) => withEnd(statusText(error)))
  if (others.length === 0) return lines.join('')
  // Behind refusals even a single one stands without `error: `.
  const prefix = refusals.length > 0 ? '' : 'error: '
  const last = others.length === 1 ? `${prefix}${others[0]}` : `[${others.join(', ')}]`
  return lines.join('') + withEnd(last)
}

const withEnd = (text: string) => (text.endsWith('\n') ? text : `${text}\n`)

function refusalText(error: ApiError): string {
  if (error.reason === 'Invalid') return invalidText(error)
  if (error.reason === 'Unauthorized') return `error: You must be logged in to the server (${error.message})`
  return statusText(error)
}

function statusText({ reason, message }: ApiError): string {
  return `Error from server${reason === '' ? '' : ` (${reason})`}: ${message}`
}

/** The causes of a 422, one to a line when there are several. */
function invalidText({ details, message }: ApiError): string {
  if (details === undefined) return `The request is invalid: ${message}`
  const { kind = '', name = '', causes = [] } = details
  const isNamed = kind !== '' || name !== ''
  const subject = isNamed ? `The ${kind} "${name}" is invalid` : 'The request is invalid'
  const texts = causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`)
  if (texts.length === 0) return isNamed ? subject : `${subject}: ${message}`
  // The line end is part of the text, also behind a cause that has one of its own.
  return texts.length === 1
    ? `${subject}: ${texts[0]}\n`
    : `${subject}: \n${texts.map((text) => `* ${text}\n`).join('')}`
}

const tlsFaults: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'x509: certificate signed by unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'x509: certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'x509: certificate signed by unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'x509: certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'x509: certificate is not valid for this name',
}

function transportText({ code, host, message }: TransportError): string {
  if (code === 'ECONNREFUSED')
    return `The connection to the server ${host} was refused - did you specify the right host or port?`
  const tls = tlsFaults[code]
  const name = host.replace(/:\d+$/, '')
  const words =
    tls !== undefined
      ? `tls: failed to verify certificate: ${tls}`
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? `dial tcp: lookup ${name}: no such host`
        : message
  return `Unable to connect to the server: ${words}`
}

/** The same refusal with what was being done before its message: `error when creating "pod.yaml": ...`. */
export function whileDoing(error: unknown, doing: string): unknown {
  if (isApiError(error)) error.message = `${doing}: ${error.message}`
  return error
}
