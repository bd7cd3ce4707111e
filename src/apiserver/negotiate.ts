import { ApiError } from '#base/errors'

/** How values become bytes. */
export type Encoding = 'json' | 'yaml' | 'protobuf'

/** The form in which a client wants its answer. */
export interface AnswerForm {
  readonly encoding: Encoding
  /** A transformation of the objects: Table, PartialObjectMetadata, PartialObjectMetadataList. */
  readonly as: string | undefined
  /** The content type that goes into the answer's head. */
  readonly contentType: string
  readonly pretty: boolean
}

const encodings: Readonly<Record<string, Encoding>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  'application/*': 'json',
  '*/*': 'json',
}
const transformations = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])

/** The content type of an encoding. */
export const mediaTypes: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
}
const accepted = Object.values(mediaTypes).join(', ')

interface Clause {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly quality: number
}

function clauses(accept: string): Clause[] {
  const read = accept.split(',').map((text): Clause => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim())
    const parameters = Object.fromEntries(
      rest.map((part) => {
        const at = part.indexOf('=')
        return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
      }),
    )
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.q ?? 1) }
  })
  return read.toSorted((a, b) => b.quality - a.quality)
}

/**
 * Chooses the answer's form from the Accept header, the `pretty` parameter and, without it, from who asks: people with
 * curl, Wget or a browser get indented JSON.
 * @throws ApiError NotAcceptable when nothing that we have is asked for.
 */
export function negotiate(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
  options: { transforms?: boolean; streams?: boolean } = {},
): AnswerForm {
  const accept = headers.accept ?? ''
  if (accept.trim() === '') return plain('json', headers, query)
  for (const { type, parameters, quality } of clauses(accept)) {
    const encoding = encodings[type]
    if (encoding === undefined || quality === 0 || (options.streams === true && encoding === 'yaml')) continue
    const form = plain(encoding, headers, query)
    if (parameters.as === undefined) return form
    if (options.transforms !== true || !isKnown(parameters)) continue
    // A table's cells have no message.
    if (encoding === 'protobuf' && parameters.as === 'Table') continue
    const { as, v = '', g = '' } = parameters
    return { ...form, as, contentType: `${form.contentType};as=${as};g=${g};v=${v}` }
  }
  throw new ApiError('NotAcceptable', `only the following media types are accepted: ${accepted}`)
}

/** The form of a refusal: as asked where that is possible, JSON otherwise. */
export function refusalForm(headers: Readonly<Record<string, string>>, query: URLSearchParams): AnswerForm {
  try {
    return negotiate(headers, query)
  } catch {
    return plain('json', headers, query)
  }
}

const isKnown = ({ as, v, g }: Readonly<Record<string, string>>) =>
  transformations.has(as ?? '') && g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1')

function plain(
  encoding: Encoding,
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): AnswerForm {
  return { encoding, as: undefined, contentType: mediaTypes[encoding], pretty: isPretty(headers, query) }
}

function isPretty(headers: Readonly<Record<string, string>>, query: URLSearchParams): boolean {
  const asked = query.get('pretty')
  if (asked !== null) return /^(1|t|T|TRUE|true|True)$/.test(asked)
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '')
}
