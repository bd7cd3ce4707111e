import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import type { ManagedFieldsEntry } from '#schema/ownership/owners'
import type { FieldSet } from '#schema/ownership/field-set'
import { pathTexts } from '#schema/ownership/path-element'
import { TestApi, type Answer } from '#testkit/api-server'
import { type ApplyElement, itemElements, valueElements } from '#testkit/apply-elements'

/** The writes of one case: who, what, and what came of it. */
class Session {
  readonly #api: TestApi
  readonly #element: ApplyElement

  constructor(api: TestApi, element: ApplyElement) {
    this.#api = api
    this.#element = element
  }

  #object(value: 0 | 1 | 2): object {
    const { head, base, ...element } = this.#element
    const content = value === 0 ? (base ?? {}) : element.with(value)
    const { metadata = {} } = content as { metadata?: { labels?: object } }
    // A label that is always there: an object of which nobody owns anything would not be tracked.
    const labels = { always: 'here', ...metadata.labels }
    return { ...head, ...content, metadata: { name: 'a', ...metadata, labels } }
  }

  apply(manager: string, value: 0 | 1 | 2, query = ''): Promise<Answer> {
    const headers = { 'content-type': 'application/apply-patch+yaml' }
    const url = `${this.#element.at}/a?fieldManager=${manager}${query}`
    return this.#api.call('PATCH', url, this.#object(value), { headers })
  }

  /** A write that is no apply. */
  patch(manager: string, value: 1 | 2): Promise<Answer> {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const url = `${this.#element.at}/a?fieldManager=${manager}`
    return this.#api.call('PATCH', url, this.#element.with(value), { headers })
  }

  forgetOwners(): Promise<Answer> {
    const headers = { 'content-type': 'application/merge-patch+json' }
    return this.#api.call(
      'PATCH',
      `${this.#element.at}/a`,
      { metadata: { managedFields: [{}] } },
      { headers },
    )
  }

  get(): Promise<KubeObject> {
    return this.#api.ok('GET', `${this.#element.at}/a`)
  }

  async value(): Promise<unknown> {
    return this.#element.read((await this.get()) as never)
  }

  expected(value: 1 | 2): unknown {
    return this.#element.read(this.#element.with(value) as never)
  }

  /** Whether a manager owns the element with this value. */
  async owns(manager: string, value: 1 | 2): Promise<boolean> {
    const { metadata } = await this.get()
    const entries = (metadata.managedFields ?? []) as ManagedFieldsEntry[]
    const owned = new Set(
      entries
        .filter((entry) => entry.manager === manager)
        .flatMap(({ fieldsV1 }) => Array.from(pathTexts(fieldsV1 as FieldSet), ({ text }) => text)),
    )
    return this.#element.paths(value).every((path) => owned.has(path))
  }
}

type Case = (session: Session, element: ApplyElement) => Promise<void>

/** The fields that a refused apply names, and whom it names. */
function conflictsOf({ status, json }: Answer): { fields: (string | undefined)[]; messages: string[] } {
  assert.equal(status, 409)
  const { details } = json as { details: { causes: { field: string; message: string; reason: string }[] } }
  for (const { reason } of details.causes) assert.equal(reason, 'FieldManagerConflict')
  return {
    fields: details.causes.map(({ field }) => field),
    messages: details.causes.map(({ message }) => message),
  }
}

const same = async (session: Session, value: 1 | 2) =>
  assert.deepEqual(await session.value(), session.expected(value))

/** What holds for every element. */
const common: Readonly<Record<string, Case>> = {
  'an apply makes the object and owns what it sets': async (session) => {
    assert.equal((await session.apply('me', 1)).status, 201)
    await same(session, 1)
    assert.ok(await session.owns('me', 1))
  },
  'the same apply again writes nothing': async (session) => {
    await session.apply('me', 1)
    const before = await session.get()
    assert.equal((await session.apply('me', 1)).status, 200)
    assert.deepEqual(await session.get(), before)
  },
  'two managers may apply the same': async (session) => {
    await session.apply('me', 1)
    assert.equal((await session.apply('you', 1)).status, 200)
    assert.ok((await session.owns('me', 1)) && (await session.owns('you', 1)))
  },
  'what its only owner no longer applies goes': async (session, element) => {
    await session.apply('me', 1)
    assert.equal((await session.apply('me', 0)).status, 200)
    assert.notDeepEqual(await session.value(), session.expected(1), element.what)
    assert.ok(!(await session.owns('me', 1)))
  },
  'what another still applies stays': async (session) => {
    await session.apply('me', 1)
    await session.apply('you', 1)
    await session.apply('me', 0)
    await same(session, 1)
    assert.ok(!(await session.owns('me', 1)) && (await session.owns('you', 1)))
  },
  'a dry run leaves everything as it was': async (session) => {
    await session.apply('me', 1)
    const before = await session.get()
    assert.equal((await session.apply('you', 2, '&dryRun=All&force=true')).status, 200)
    assert.deepEqual(await session.get(), before)
  },
  'a manager may change its mind': async (session) => {
    await session.apply('me', 1)
    assert.equal((await session.apply('me', 2)).status, 200)
    await same(session, 2)
    assert.ok(await session.owns('me', 2))
  },
}

/** What holds for fields with one value. */
const values: Readonly<Record<string, Case>> = {
  'another value is a conflict with its applier': async (session, { contested = [] }) => {
    await session.apply('me', 1)
    const { fields, messages } = conflictsOf(await session.apply('you', 2))
    assert.deepEqual(fields, contested)
    assert.deepEqual(messages, Array(contested.length).fill('conflict with "me"'))
    await same(session, 1)
  },
  'force takes the field': async (session) => {
    await session.apply('me', 1)
    assert.equal((await session.apply('you', 2, '&force=true')).status, 200)
    await same(session, 2)
    assert.ok(!(await session.owns('me', 2)) && (await session.owns('you', 2)))
  },
  'another value is a conflict with who wrote it, in its version': async (session, element) => {
    await session.apply('me', 0)
    await session.patch('writer', 1)
    const { fields, messages } = conflictsOf(await session.apply('me', 2))
    assert.deepEqual(fields, element.contested)
    assert.equal(messages[0], `conflict with "writer" using ${element.head.apiVersion}`)
  },
  'a write takes the field from its applier': async (session) => {
    await session.apply('me', 1)
    await session.patch('writer', 2)
    await same(session, 2)
    assert.ok(!(await session.owns('me', 2)) && (await session.owns('writer', 2)))
  },
  'what a writer has changed stays when the applier leaves it': async (session) => {
    await session.apply('me', 1)
    await session.patch('writer', 2)
    assert.equal((await session.apply('me', 0)).status, 200)
    await same(session, 2)
  },
  'a write of the same value takes nothing': async (session) => {
    await session.apply('me', 1)
    const before = await session.get()
    await session.patch('writer', 1)
    assert.deepEqual(await session.get(), before)
  },
  'an object without owners was written by somebody before': async (session, element) => {
    await session.apply('me', 1)
    await session.forgetOwners()
    assert.equal((await session.get()).metadata.managedFields, undefined)
    const { messages } = conflictsOf(await session.apply('me', 2))
    assert.equal(messages[0], `conflict with "before-first-apply" using ${element.head.apiVersion}`)
  },
}

/** What holds for items that managers have beside each other. */
const items: Readonly<Record<string, Case>> = {
  'each manager has its own': async (session) => {
    await session.apply('me', 1)
    assert.equal((await session.apply('you', 2)).status, 200)
    assert.ok((await session.owns('me', 1)) && (await session.owns('you', 2)))
    assert.ok(!(await session.owns('me', 2)) && !(await session.owns('you', 1)))
    const all = [...(session.expected(1) as unknown[]), ...(session.expected(2) as unknown[])]
    assert.deepEqual(await session.value(), all)
  },
  'who leaves takes only its own': async (session) => {
    await session.apply('me', 1)
    await session.apply('you', 2)
    await session.apply('me', 0)
    await same(session, 2)
  },
  'an object without owners keeps what nobody claims': async (session) => {
    await session.apply('me', 1)
    await session.forgetOwners()
    assert.equal((await session.apply('me', 2)).status, 200)
    const all = [...(session.expected(1) as unknown[]), ...(session.expected(2) as unknown[])]
    assert.deepEqual(await session.value(), all)
    assert.ok(await session.owns('before-first-apply', 1))
  },
}

function run(elements: readonly ApplyElement[], cases: Readonly<Record<string, Case>>): void {
  for (const element of elements) {
    for (const [what, check] of Object.entries(cases)) {
      test(`apply, ${element.what}: ${what}`, async () => {
        await check(new Session(await TestApi.start(), element), element)
      })
    }
  }
}

run([...valueElements, ...itemElements], common)
run(valueElements, values)
run(itemElements, items)
