import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'

/** A stored object as one kind shows it: encoded once, into the bytes that clients get. */
export interface Entry {
  readonly key: string
  readonly name: string
  readonly namespace: string
  readonly revision: number
  /** JSON without `kind` and `apiVersion`, as it stands in lists; with its resourceVersion. */
  readonly bytes: Buffer
  readonly labels: Readonly<Record<string, string>>
  /** The object; whoever wants to change it takes a copy. */
  readonly object: Readonly<KubeObject>
}

const noLabels: Readonly<Record<string, string>> = {}

/** The part of an object's JSON that lists leave out. */
export const typeHead = (kind: KindDef) =>
  `"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(kind.apiVersion)},`

/**
 * Makes an entry from the JSON text that the store holds: the text is cut and the resourceVersion is put where
 * upstream's field order has it, behind the uid.
 */
export function entryOf(
  kind: KindDef,
  key: string,
  text: string,
  revision: number,
  object: KubeObject,
): Entry {
  const { metadata } = object
  metadata.resourceVersion = String(revision)
  return {
    key,
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
    revision,
    bytes: Buffer.from(`{${withRevision(bare(kind, text), metadata.uid ?? '', revision)}`),
    labels: metadata.labels ?? noLabels,
    object,
  }
}

/** The JSON behind the opening brace, without kind and apiVersion. */
function bare(kind: KindDef, text: string): string {
  const head = `{${typeHead(kind)}`
  return text.startsWith(head) ? text.slice(head.length) : text.slice(1)
}

function withRevision(text: string, uid: string, revision: number): string {
  // Only name, generateName and namespace stand before the uid, and none of them can hold a quote.
  const mark = `"uid":${JSON.stringify(uid)}`
  const at = text.indexOf(mark)
  const end = at + mark.length
  if (at < 0)
    return text.replace(
      '"metadata":{',
      `"metadata":{"resourceVersion":"${revision}"${text.includes('"metadata":{}') ? '' : ','}`,
    )
  return `${text.slice(0, end)},"resourceVersion":"${revision}"${text.slice(end)}`
}

const headBytes = new WeakMap<KindDef, Buffer>()

/** The entry as an object of its own: with kind and apiVersion in front. */
export function wholeBytes(kind: KindDef, entry: Entry): Buffer {
  let head = headBytes.get(kind)
  if (head === undefined) {
    head = Buffer.from(`{${typeHead(kind)}`)
    headBytes.set(kind, head)
  }
  const whole = Buffer.allocUnsafe(head.length + entry.bytes.length - 1)
  whole.set(head, 0)
  whole.set(entry.bytes.subarray(1), head.length)
  return whole
}
