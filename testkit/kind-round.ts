// The life of one object of any kind, from its creation to its end, checked at every step from outside.
import assert from 'node:assert/strict'
import type { KindDef } from '#kinds/define'
import { copy } from '#schema/copy'
import { parseJson, stringifyJson } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import type { Answer, TestApi, Watching, WireList } from './api-server.ts'
import { settled } from './virtual-clock.ts'

const mark = 'round'
const merge = 'application/merge-patch+json'
const json = 'application/json'
const condition = {
  type: 'Round',
  status: 'True',
  reason: 'Suite',
  message: 'm',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}

/** The collection that an object of the kind is in. */
export function collectionOf({ group, version, plural, namespaced }: KindDef, namespace: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return namespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`
}

/** What a kind does differently. */
export interface RoundOptions {
  /** Labels count as a change of what is wanted: the generation grows with them. */
  readonly labelsAreWanted?: boolean
}

/** Takes a sound object of a kind through every verb. @throws AssertionError where an answer is not what the API promises. */
export async function goRound(
  api: TestApi,
  kind: KindDef,
  sent: KubeObject,
  options: RoundOptions = {},
): Promise<void> {
  const round = new Round(api, kind, sent, options)
  await round.create()
  await round.read()
  await round.writeUnchanged()
  await round.update()
  await round.patch()
  if (kind.subresources.some(({ name }) => name === 'status')) await round.changeStatus()
  await round.list()
  await round.show()
  await round.remove()
  round.checkWatch()
  if (kind.verbs.includes('deletecollection')) await round.removeCollection()
}

type Members = { [key: string]: Json | undefined }

class Round {
  readonly #api: TestApi
  readonly #kind: KindDef
  readonly #sent: KubeObject
  readonly #options: RoundOptions
  readonly #collection: string
  readonly #path: string
  /** The object as it was last answered, and its newest revision. */
  #text = ''
  #revision = 0
  #watching: Watching | undefined
  /** The lines that the watch must hold. */
  readonly #lines: string[] = []

  constructor(api: TestApi, kind: KindDef, sent: KubeObject, options: RoundOptions) {
    this.#options = options
    this.#api = api
    this.#kind = kind
    this.#sent = sent
    this.#collection = collectionOf(kind, sent.metadata.namespace ?? 'default')
    this.#path = `${this.#collection}/${encodeURIComponent(sent.metadata.name as string)}`
  }

  async create(): Promise<void> {
    const { metadata } = await this.#api.list(this.#collection)
    const selector = `fieldSelector=metadata.name%3D${encodeURIComponent(this.#sent.metadata.name as string)}`
    this.#watching = await this.#api.watch(
      `${this.#collection}?watch=1&resourceVersion=${metadata.resourceVersion}&${selector}`,
    )
    const dry = await this.#api.call('POST', `${this.#collection}?dryRun=All`, this.#body())
    assert.equal(dry.status, 201, dry.text)
    assert.equal((await this.#api.call('GET', this.#path)).status, 404, 'a dry run makes nothing')
    const made = await this.#api.call('POST', this.#collection, this.#body())
    assert.equal(made.status, 201, made.text)
    await this.#written('ADDED', made)
    const { uid, creationTimestamp, managedFields } = this.#object.metadata
    assert.ok(uid && creationTimestamp && (managedFields?.length ?? 0) <= 1)
    assert.deepEqual(Object.keys(this.#object).slice(0, 3), ['kind', 'apiVersion', 'metadata'])
    const again = await this.#api.call('POST', this.#collection, this.#body())
    assert.equal(again.status, 409, 'a name is taken once')
  }

  async read(): Promise<void> {
    for (const query of ['', '?resourceVersion=0', `?resourceVersion=${this.#revision}`]) {
      assert.equal((await this.#api.call('GET', this.#path + query)).text, this.#text, query)
    }
    const yaml = await this.#api.call('GET', this.#path, undefined, {
      headers: { accept: 'application/yaml' },
    })
    assert.equal(yaml.status, 200)
    const back = await this.#api.call('PUT', `${this.#path}?dryRun=All`, yaml.text, {
      headers: { 'content-type': 'application/yaml' },
    })
    // Members of free JSON may have changed places.
    assert.deepEqual(back.json, JSON.parse(this.#text), 'YAML says the same')
  }

  /** Everything is defaulted and stored once: writing what was read changes nothing. */
  async writeUnchanged(): Promise<void> {
    await this.#api.clock.advance(1_000)
    const { text } = await this.#api.call('PUT', this.#path, this.#text)
    assert.equal(text, this.#text, 'a PUT of what was read')
    const patched = await this.#api.call('PATCH', this.#path, '{}', { headers: { 'content-type': merge } })
    assert.equal(patched.text, this.#text, 'an empty patch')
    const stored = { ...(parseJson(this.#text) as Members), kind: undefined, apiVersion: undefined }
    const bare = await this.#api.call('PUT', this.#path, stringifyJson(stored))
    assert.equal(bare.text, this.#text, 'a PUT without kind and apiVersion')
  }

  async update(): Promise<void> {
    const before = this.#text
    const next = this.#object
    next.metadata.labels = { ...next.metadata.labels, [mark]: 'put' }
    const answer = await this.#api.call('PUT', this.#path, stringifyJson(next as unknown as Json))
    assert.equal(answer.status, 200, answer.text)
    await this.#written('MODIFIED', answer)
    assert.equal(this.#object.metadata.labels?.[mark], 'put')
    this.#sameButMeta(before)
    const stale = await this.#api.call('PUT', this.#path, before)
    assert.equal(stale.status, 409, 'a PUT of an old state')
  }

  async patch(): Promise<void> {
    const { name, namespace } = this.#object.metadata
    const { apiVersion, kind } = this.#kind
    const label = (how: string) => ({ metadata: { labels: { [mark]: how } } })
    const ways: readonly [type: string, how: string, patch: unknown][] = [
      [
        'application/json-patch+json',
        'json',
        [{ op: 'add', path: `/metadata/labels/${mark}`, value: 'json' }],
      ],
      [merge, 'merge', label('merge')],
      ['application/strategic-merge-patch+json', 'strategic', label('strategic')],
      [
        'application/apply-patch+yaml',
        'apply',
        { apiVersion, kind, metadata: { name, namespace, ...label('apply').metadata } },
      ],
    ]
    for (const [type, how, patch] of ways) {
      const before = this.#text
      const force = how === 'apply' ? '&force=true' : ''
      const url = `${this.#path}?fieldManager=suite${force}`
      const answer = await this.#api.call('PATCH', url, patch, { headers: { 'content-type': type } })
      // Nothing can be applied to an object in whose lists items have no names.
      if (how === 'apply' && answer.text.includes('omits all key fields')) return
      assert.equal(answer.status, 200, `${how}: ${answer.text}`)
      await this.#written('MODIFIED', answer)
      assert.equal(this.#object.metadata.labels?.[mark], how)
      this.#sameButMeta(before)
    }
    const owners = this.#object.metadata.managedFields as { manager: string; operation: string }[]
    assert.ok(owners.some(({ manager, operation }) => manager === 'suite' && operation === 'Apply'))
  }

  /** The status has its own door, and each door leaves the other's part alone. */
  async changeStatus(): Promise<void> {
    assert.equal((await this.#api.call('GET', `${this.#path}/status`)).text, this.#text)
    const headers = { 'content-type': merge }
    const simple = { status: { conditions: [condition] } }
    const body = { ...simple, ...('status' in this.#sent && { status: this.#sent.status }) }
    const before = this.#text
    const inside = await this.#api.call('PATCH', this.#path, simple, { headers })
    if (inside.status === 200)
      assert.equal(inside.text, before, 'the status is not written through the object')
    else assert.equal(inside.status, 422, inside.text)
    const answer = await this.#api.call('PATCH', `${this.#path}/status`, body, { headers })
    if (answer.status !== 200) {
      assert.equal(answer.status, 422, answer.text)
      return
    }
    if (answer.text === before) return
    await this.#written('MODIFIED', answer)
    const [old, next] = [parseJson(before) as Members, parseJson(this.#text) as Members]
    assert.deepEqual(next['spec'], old['spec'], 'the spec is not written through the status')
    assert.equal(this.#object.metadata.generation, (old['metadata'] as Members)['generation'])
  }

  async list(): Promise<void> {
    const name = encodeURIComponent(this.#object.metadata.name as string)
    const everywhere = collectionOf({ ...this.#kind, namespaced: false }, '')
    for (const query of [
      `${this.#collection}?labelSelector=${mark}`,
      `${this.#collection}?labelSelector=${mark}&limit=1`,
      `${this.#collection}?labelSelector=${mark}&resourceVersion=${this.#revision}&resourceVersionMatch=Exact`,
      `${everywhere}?labelSelector=${mark}&fieldSelector=metadata.name%3D${name}`,
    ]) {
      const answer = await this.#api.call('GET', query)
      const { kind, apiVersion, metadata, items } = parseJson(answer.text) as unknown as WireList
      assert.deepEqual([kind, apiVersion], [`${this.#kind.kind}List`, this.#kind.apiVersion])
      assert.ok(Number(metadata.resourceVersion) >= this.#revision)
      const { kind: _, apiVersion: __, ...bare } = parseJson(this.#text) as Members
      assert.deepEqual(items, [bare], query)
    }
    const none = await this.#api.list(
      `${this.#collection}?labelSelector=!${mark}&fieldSelector=metadata.name%3D${name}`,
    )
    assert.deepEqual(none.items, [])
  }

  /** The object as a table row and as metadata alone. */
  async show(): Promise<void> {
    const as = (form: string) => ({ headers: { accept: `${json};as=${form};v=v1;g=meta.k8s.io` } })
    for (const path of [this.#path, `${this.#collection}?labelSelector=${mark}`]) {
      const table = await this.#api.ok<Table>('GET', path, undefined, as('Table'))
      assert.equal(table.kind, 'Table')
      assert.deepEqual(
        table.columnDefinitions.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
        this.#kind.columns.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
      )
      assert.equal(table.rows.length, 1)
      assert.equal(table.rows[0]?.cells.length, this.#kind.columns.length)
      for (const [i, { type }] of this.#kind.columns.entries()) fits(table.rows[0]?.cells[i], type)
      assert.deepEqual(table.rows[0]?.object.metadata, this.#object.metadata)
    }
    const partial = await this.#api.ok('GET', this.#path, undefined, as('PartialObjectMetadata'))
    assert.deepEqual(partial, {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: this.#object.metadata,
    })
  }

  async remove(): Promise<void> {
    const wrong = { preconditions: { uid: 'another' } }
    assert.equal((await this.#api.call('DELETE', this.#path, wrong)).status, 409)
    const dry = await this.#api.call('DELETE', `${this.#path}?dryRun=All`)
    assert.ok(dry.status < 300, dry.text)
    assert.equal((await this.#api.call('GET', this.#path)).text, this.#text, 'a dry run deletes nothing')
    const answer = await this.#api.call('DELETE', this.#path, { gracePeriodSeconds: 0 })
    assert.ok(answer.status === 200 || answer.status === 202, answer.text)
    const left = await this.#api.call('GET', this.#path)
    if (left.status === 200) await this.#finish(left)
    else this.#checkDeleted(answer)
    assert.equal((await this.#api.call('GET', this.#path)).status, 404)
    assert.equal((await this.#api.call('DELETE', this.#path)).status, 404)
  }

  #checkDeleted({ json: body }: Answer): void {
    const { kind, status, metadata, details } = body as {
      kind: string
      status: unknown
      metadata: KubeObject['metadata']
      details: { uid: string }
    }
    const { uid } = this.#object.metadata
    if (this.#kind.deleteReturns === 'object') assert.deepEqual([kind, metadata.uid], [this.#kind.kind, uid])
    else assert.deepEqual([kind, status, details.uid], ['Status', 'Success', uid])
  }

  /** Takes away what holds an object whose deletion has begun. */
  async #finish(left: Answer): Promise<void> {
    await this.#written('MODIFIED', left)
    assert.ok(this.#object.metadata.deletionTimestamp)
    const next = this.#object as KubeObject & { spec?: { finalizers?: string[] } }
    delete next.metadata.finalizers
    const isInSpec = next.spec?.finalizers !== undefined
    if (isInSpec) delete next.spec?.finalizers
    const answer = await this.#api.call('PUT', `${this.#path}${isInSpec ? '/finalize' : ''}`, next)
    assert.equal(answer.status, 200, answer.text)
  }

  async removeCollection(): Promise<void> {
    const label = { labels: { ...this.#sent.metadata.labels, [mark]: 'again' } }
    await this.#api.ok('POST', this.#collection, this.#body(label))
    const url = `${this.#collection}?labelSelector=${mark}`
    const answer = await this.#api.call('DELETE', url, { gracePeriodSeconds: 0 })
    assert.equal(answer.status, 200, answer.text)
    for (const { metadata, ...rest } of (await this.#api.list(url)).items) {
      const path = `${this.#collection}/${metadata.name}`
      await this.#api.ok('PUT', path, { ...rest, metadata: { ...metadata, finalizers: [] } })
    }
    assert.deepEqual((await this.#api.list(url)).items, [])
  }

  /** The watch has told all of this and nothing else, byte for byte. */
  checkWatch(): void {
    const watching = this.#watching as Watching
    watching.end()
    assert.deepEqual(watching.lines.slice(0, -1), this.#lines)
    const last = watching.events.at(-1)
    assert.equal(last?.type, 'DELETED')
    assert.equal(last?.object.metadata.uid, this.#object.metadata.uid)
    assert.ok(Number(last?.object.metadata.resourceVersion) > this.#revision)
  }

  get #object(): KubeObject {
    return JSON.parse(this.#text) as KubeObject
  }

  #body(meta: object = {}): string {
    const body = copy(this.#sent) as KubeObject
    Object.assign(body.metadata, meta)
    return stringifyJson(body as unknown as Json)
  }

  /** Takes the answer to a write as the newest state, and sees that everybody is shown the same. */
  async #written(type: 'ADDED' | 'MODIFIED', { text, json: body }: Answer): Promise<void> {
    const revision = Number((body as KubeObject).metadata.resourceVersion)
    assert.ok(revision > this.#revision, `revision ${revision} after ${this.#revision}`)
    assert.equal((await this.#api.call('GET', this.#path)).text, text)
    this.#text = text
    this.#revision = revision
    this.#lines.push(`{"type":"${type}","object":${text.trimEnd()}}`)
    await settled()
  }

  /** A write of metadata changes nothing else. */
  #sameButMeta(before: string): void {
    const { metadata: was, ...old } = parseJson(before) as unknown as KubeObject
    const { metadata: is, ...next } = parseJson(this.#text) as unknown as KubeObject
    assert.deepEqual(next, old)
    const growth = this.#options.labelsAreWanted === true ? 1 : 0
    assert.equal(is.generation, was.generation === undefined ? undefined : was.generation + growth)
    assert.equal(is.uid, was.uid)
    assert.equal(is.creationTimestamp, was.creationTimestamp)
  }
}

interface Table {
  readonly kind: string
  readonly columnDefinitions: readonly { name: string; type: string; format: string; priority: number }[]
  readonly rows: readonly { cells: readonly unknown[]; object: KubeObject }[]
}

/** A cell is of its column's type; dates are text, and upstream is not strict about columns of text and of truths. */
function fits(cell: unknown, type: string): void {
  const wanted = { integer: ['number'], number: ['number'], boolean: ['boolean', 'string'] }[type]
  const isFit = (wanted ?? ['string', 'number', 'boolean']).includes(typeof cell)
  assert.ok(isFit, `${String(cell)} in a column of type ${type}`)
}
