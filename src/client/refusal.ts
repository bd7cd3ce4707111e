import { ApiError, type Reason, type Status, httpStatus } from '#base/errors'

/** The bytes of a body, whole, as text. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

/** What a server's refusal says, as the error that its own code threw. */
export async function toRefusal(code: number, body: AsyncIterable<Uint8Array>): Promise<ApiError> {
  const text = await readText(body)
  const status = parseStatus(text)
  return status ? statusError(status, code) : plainRefusal(code, text)
}

/** The error that a Status stands for. */
export function statusError(status: Partial<Status>, code = 500): ApiError {
  const { reason, message, details } = status
  return new ApiError((reason ?? '') as Reason | '', message ?? '', {
    code: status.code ?? code,
    ...(details && { details }),
    ...(status.metadata?.continue !== undefined && { continueToken: status.metadata.continue }),
  })
}

function parseStatus(text: string): Partial<Status> | undefined {
  try {
    const value = JSON.parse(text) as Partial<Status>
    return value.kind === 'Status' ? value : undefined
  } catch {
    return undefined
  }
}

const reasonByCode = new Map<number, Reason>([
  ...Object.entries(httpStatus).map(([reason, code]) => [code, reason as Reason] as const),
  // Of the reasons that share a code, the one that clients take an unexplained answer for.
  [409, 'Conflict'],
  [410, 'Gone'],
  [500, 'InternalError'],
])

/** A refusal that some proxy or an old server put in plain words. */
function plainRefusal(code: number, text: string): ApiError {
  const reason = reasonByCode.get(code) ?? (code >= 500 ? 'InternalError' : '')
  const words = text.trim() === '' ? 'the server gave no reason' : text.trim().slice(0, 2048)
  return new ApiError(reason, words, {
    code,
    details: { causes: [{ reason: 'UnexpectedServerResponse', message: words }] },
  })
}
