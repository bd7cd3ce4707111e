import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'

/** The metadata that kubectl reads itself; the rest of an object is the server's to read. @throws KubectlError */
export function checkMetadata(metadata: Json | undefined, source: string): void {
  const fault = metadataFault(metadata ?? null)
  if (fault !== undefined)
    throw new KubectlError(`unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${fault}`)
}

const texts = ['name', 'generateName', 'namespace', 'resourceVersion', 'uid']
const maps = ['labels', 'annotations']

function metadataFault(metadata: Json): string | undefined {
  if (metadata === null) return undefined
  if (!isMap(metadata))
    return `${goType(metadata)} into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta`
  for (const field of Object.keys(metadata).sort()) {
    const wrong = wrongIn(field, metadata[field] ?? null)
    if (wrong !== undefined)
      return `${wrong[0]} into Go struct field ObjectMeta.metadata.${field} of type ${wrong[1]}`
  }
  return undefined
}

/** What stands there, and what should. */
function wrongIn(field: string, value: Json): [is: string, wanted: string] | undefined {
  if (value === null) return undefined
  if (texts.includes(field)) return typeof value === 'string' ? undefined : [goType(value), 'string']
  if (!maps.includes(field)) return undefined
  if (!isMap(value)) return [goType(value), 'map[string]string']
  // Upstream reads what it has sorted before.
  const wrong = Object.keys(value)
    .sort()
    .map((key) => value[key] ?? null)
    .find((one) => one !== null && typeof one !== 'string')
  return wrong === undefined ? undefined : [goType(wrong), 'string']
}

const isMap = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function goType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'bigint' ? 'number' : typeof value
}
