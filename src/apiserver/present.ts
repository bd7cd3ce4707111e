import { badRequest } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { toPartialMetadata } from '#schema/partial-metadata'
import { toTable } from '#schema/table'
import { answerWith, newline, reformBytes, uncached } from './answer.ts'
import type { Call } from './call.ts'
import type { AnswerForm } from './negotiate.ts'
import { entryProtobuf, listProtobuf } from './protobuf.ts'
import { type Entry, wholeBytes } from './watch-cache/entry.ts'

/** meta/v1 ListMeta, in upstream's field order. */
export interface ListMeta {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** An answer with one object. */
export async function answerObject(call: Call, entry: Entry, status: number): Promise<HttpResponse> {
  const { form } = call
  if (form.as !== undefined) return answerWith(form, transformOne(call, entry), status)
  call.audit?.answered(() => objectBytes(call, entry).toString())
  if (form.encoding === 'protobuf') return protobufAnswer(form, entryProtobuf(call.kind, entry), status)
  const bytes = await reformBytes(form, objectBytes(call, entry))
  return { status, headers: { ...uncached, 'content-type': form.contentType }, body: bytes }
}

function protobufAnswer(form: AnswerForm, body: Uint8Array[], status: number): HttpResponse {
  return { status, headers: { ...uncached, 'content-type': form.contentType }, body }
}

/** The object's JSON as this server shows it, without a newline. */
export function objectBytes({ core, kind }: Pick<Call, 'core' | 'kind'>, entry: Entry): Buffer {
  const shown = core.parts.presentation?.entry(kind, entry) ?? entry
  return wholeBytes(kind, shown)
}

/** An answer with a list: a head, the entries' own bytes, commas and a tail. */
export async function answerEntries(
  call: Call,
  entries: readonly Entry[],
  meta: ListMeta,
): Promise<HttpResponse> {
  const { form } = call
  const headers = { ...uncached, 'content-type': form.contentType }
  if (form.as !== undefined) return answerWith(form, transformList(call, entries, meta))
  call.audit?.answered(() => Buffer.concat(listPieces(call, entries, meta)).toString())
  if (form.encoding === 'protobuf') return protobufAnswer(form, listProtobuf(call.kind, entries, meta), 200)
  const pieces = listPieces(call, entries, meta)
  if (form.encoding === 'json' && !form.pretty) return { status: 200, headers, body: [...pieces, newline] }
  return { status: 200, headers, body: await reformBytes(form, Buffer.concat(pieces)) }
}

const comma = Buffer.from(',')
const tail = Buffer.from(']}')

function listPieces({ core, kind, info }: Call, entries: readonly Entry[], meta: ListMeta): Buffer[] {
  const { presentation } = core.parts
  const shownMeta = presentation?.listMeta(info.path, meta) ?? meta
  const head = { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: shownMeta }
  const pieces: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)]
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry
    if (i > 0) pieces.push(comma)
    pieces.push(presentation?.entry(kind, entry).bytes ?? entry.bytes)
  }
  pieces.push(tail)
  return pieces
}

/** How much of each object a table's rows carry. */
function includeObject(query: URLSearchParams): 'None' | 'Metadata' | 'Object' {
  const asked = query.get('includeObject') ?? ''
  if (asked === '' || asked === 'Metadata') return 'Metadata'
  if (asked === 'None' || asked === 'Object') return asked
  throw badRequest(`invalid includeObject value: ${JSON.stringify(asked)}`)
}

/** One object in the form that the client asked for. */
export function transformOne(call: Call, entry: Entry): unknown {
  const { core, kind, form, info } = call
  if (form.as === 'Table') {
    return toTable(kind, [withType(call, entry)], {
      now: core.parts.clock.now(),
      include: includeObject(info.query),
      meta: { resourceVersion: String(entry.revision) },
    })
  }
  return toPartialMetadata(entry.object)
}

function transformList(call: Call, entries: readonly Entry[], meta: ListMeta): unknown {
  const { core, kind, form, info } = call
  if (form.as === 'Table') {
    const objects = entries.map((entry) => withType(call, entry))
    return toTable(kind, objects, { now: core.parts.clock.now(), include: includeObject(info.query), meta })
  }
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: meta,
    items: entries.map((entry) => toPartialMetadata(entry.object)),
  }
}

const withType = ({ kind }: Call, entry: Entry) => ({
  ...entry.object,
  kind: kind.kind,
  apiVersion: kind.apiVersion,
})
