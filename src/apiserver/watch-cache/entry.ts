import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import { type Facts, factsOf } from './facts.ts'

/** A stored object as one kind shows it: encoded once, into the bytes that clients get. */
export interface Entry extends Facts {
  readonly key: string
  readonly name: string
  readonly namespace: string
  readonly revision: number
  /** JSON without `kind` and `apiVersion`, as it stands in lists; with its resourceVersion. */
  readonly bytes: Buffer
  /** The object; whoever wants to change it takes a copy. */
  readonly object: Readonly<KubeObject>
}

/** The part of an object's JSON that lists leave out. */
export const typeHead = (kind: KindDef) =>
  `"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(kind.apiVersion)},`

/** Makes an entry of an object and its JSON text: the text is cut and the resourceVersion put in. */
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
    bytes: shownBytes(kind, Buffer.from(text), revision),
    ...factsOf(kind, object),
    object,
  }
}

// What stands before the uid in upstream's field order; none of it can hold a quote.
const beforeUid = /^\{"metadata":\{(?:"(?:name|generateName|namespace)":"[^"]*",)*"uid":"[^"]*"/
/** Names are shorter than this together. */
const headLengthMax = 1024
const newlineByte = 0x0a

/**
 * The JSON that the store holds as clients are shown it: without kind and apiVersion, which lists leave out, and with the
 * resourceVersion where upstream's field order has it, behind the uid.
 */
export function shownBytes(kind: KindDef, stored: Buffer, revision: number): Buffer {
  const { from, to } = bodyOf(kind, stored)
  const start = `{${stored.toString('latin1', from, Math.min(to, from + headLengthMax))}`
  const match = beforeUid.exec(start)
  if (match === null) return withoutUid(`{${stored.toString('utf8', from, to)}`, revision)
  const member = `,"resourceVersion":"${revision}"`
  const cut = from + match[0].length - 1
  const out = Buffer.allocUnsafeSlow(1 + to - from + member.length)
  out[0] = openingBrace
  stored.copy(out, 1, from, cut)
  out.write(member, match[0].length, 'latin1')
  stored.copy(out, match[0].length + member.length, cut, to)
  return out
}

const openingBrace = 0x7b

/** Where the JSON that the store holds has what is shown of it, without the opening brace. */
function bodyOf(kind: KindDef, stored: Buffer): { from: number; to: number } {
  const head = headOf(kind)
  const from = stored.subarray(0, head.length).equals(head) ? head.length : 1
  return { from, to: stored.at(-1) === newlineByte ? stored.length - 1 : stored.length }
}

/** True when shownBytes() would give these bytes. Most that differ have another length, and are not made. */
export function isShownAs(kind: KindDef, stored: Buffer, entry: Pick<Entry, 'bytes' | 'revision'>): boolean {
  const { from, to } = bodyOf(kind, stored)
  const length = 1 + to - from + `,"resourceVersion":"${entry.revision}"`.length
  // Without a uid there may be a comma less.
  if (Math.abs(length - entry.bytes.length) > 1) return false
  return shownBytes(kind, stored, entry.revision).equals(entry.bytes)
}

/** The same state of an object with another resourceVersion. */
export function atRevision(entry: Entry, revision: number): Entry {
  const { key, name, namespace, bytes, labels, fields, object } = entry
  const old = `"resourceVersion":"${entry.revision}"`
  const text = bytes.toString().replace(old, `"resourceVersion":"${revision}"`)
  const metadata = { ...object.metadata, resourceVersion: String(revision) }
  return {
    key,
    name,
    namespace,
    revision,
    bytes: Buffer.from(text),
    labels,
    fields,
    object: { ...object, metadata },
  }
}

function withoutUid(text: string, revision: number): Buffer {
  const comma = text.includes('"metadata":{}') ? '' : ','
  return Buffer.from(text.replace('"metadata":{', `"metadata":{"resourceVersion":"${revision}"${comma}`))
}

const heads = new WeakMap<KindDef, Buffer>()

/** The opening brace with kind and apiVersion. */
function headOf(kind: KindDef): Buffer {
  let head = heads.get(kind)
  if (head === undefined) {
    head = Buffer.from(`{${typeHead(kind)}`)
    heads.set(kind, head)
  }
  return head
}

/** The entry as an object of its own: with kind and apiVersion in front. */
export function wholeBytes(kind: KindDef, entry: Entry): Buffer {
  const head = headOf(kind)
  const whole = Buffer.allocUnsafe(head.length + entry.bytes.length - 1)
  whole.set(head, 0)
  entry.bytes.copy(whole, head.length, 1)
  return whole
}
