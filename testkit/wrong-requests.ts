// Rows of wrong requests: how they are written down, and how they are tried.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Headers } from '#base/http'
import { stringifyJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { TestApi } from './api-server.ts'

/** One wrong request and the Status that it gets. */
export interface Row {
  readonly what: string
  readonly ask: readonly [method: string, path: string, body?: unknown, headers?: Headers]
  readonly code: number
  /** Absent when upstream names none. */
  readonly reason?: string
  /** `{uid}` and `{rv}` stand for those of the ConfigMap `cm`. */
  readonly message: string
  /** The whole details; undefined = the Status has none. */
  readonly details?: unknown
}

export const cms = '/api/v1/namespaces/default/configmaps'
export const pods = '/api/v1/namespaces/default/pods'
export const json = { 'content-type': 'application/json' }
export const yaml = { 'content-type': 'application/yaml' }
export const jsonPatch = { 'content-type': 'application/json-patch+json' }
export const mergePatch = { 'content-type': 'application/merge-patch+json' }
export const strategicPatch = { 'content-type': 'application/strategic-merge-patch+json' }
export const cm = (name: string, more: object = {}) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name },
  ...more,
})
export const pod = (name: string, more: object = {}) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'busybox' }], ...more },
})
export const cause = (reason: string, field: string, message: string) => ({ reason, message, field })
/** A row for one field error of a ConfigMap. */
export function invalidRow(
  what: string,
  ask: Row['ask'],
  name: string,
  [reason, field, text]: readonly [string, string, string],
  kind: { kind: string; group?: string } = { kind: 'ConfigMap' },
): Row {
  const qualified = kind.group === undefined ? kind.kind : `${kind.kind}.${kind.group}`
  return {
    what,
    ask,
    code: 422,
    reason: 'Invalid',
    message: `${qualified} ${JSON.stringify(name)} is invalid: ${field}: ${text}`,
    details: {
      ...(name !== '' && { name }),
      ...(kind.group !== undefined && { group: kind.group }),
      kind: kind.kind,
      causes: [cause(reason, field, text)],
    },
  }
}

export const bad = (what: string, ask: Row['ask'], message: string): Row => ({
  what,
  ask,
  code: 400,
  reason: 'BadRequest',
  message,
})
export const notFoundRow = (what: string, ask: Row['ask'], message: string, details: unknown): Row => ({
  what,
  ask,
  code: 404,
  reason: 'NotFound',
  message,
  details,
})
export const noRoute = (what: string, ask: Row['ask']) =>
  notFoundRow(what, ask, 'the server could not find the requested resource', {})
export const wrongMethod = (what: string, ask: Row['ask']): Row => ({
  what,
  ask,
  code: 405,
  reason: 'MethodNotAllowed',
  message: 'the server does not allow this method on the requested resource',
  details: {},
})
export const wrongType = (what: string, ask: Row['ask'], accepted: string): Row => ({
  what,
  ask,
  code: 415,
  reason: 'UnsupportedMediaType',
  message: `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
})
export const lost = (what: string, ask: Row['ask'], name: string, why: string, kind = 'configmaps'): Row => ({
  what,
  ask,
  code: 409,
  reason: 'Conflict',
  message: `Operation cannot be fulfilled on ${kind} ${JSON.stringify(name)}: ${why}`,
  details: { name, kind },
})
export const unpatchable = (what: string, ask: Row['ask']): Row => ({
  what,
  ask,
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
  details: {},
})
export const options = (kind: string) => ({ kind, group: 'meta.k8s.io' })

/** A server with what the rows speak of. */
async function prepared(): Promise<{ api: TestApi; cm: KubeObject }> {
  const api = await TestApi.start()
  const made = await api.ok('POST', cms, cm('cm', { data: { key: 'value' } }))
  await api.ok('POST', cms, cm('fixed', { immutable: true, data: { a: 'b' } }))
  await api.ok('POST', cms, { metadata: { name: 'going', finalizers: ['kubeling.dev/hold'] } })
  await api.ok('DELETE', `${cms}/going`)
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'ending' } })
  await api.ok('DELETE', '/api/v1/namespaces/ending')
  await api.ok('POST', pods, pod('pod', { nodeName: 'n1' }))
  return { api, cm: made }
}

/** Sends each row to one server, compares the whole Status, and checks that none has changed anything. */
export function testRows(rows: readonly Row[]): void {
  void test(`${rows.length} wrong requests get upstream's Status`, async (t) => {
    const { api, cm: made } = await prepared()
    const { uid = '', resourceVersion = '' } = made.metadata
    for (const { what, ask, code, reason, message, details } of rows) {
      await t.test(what, async () => {
        const [method, path, body, headers = {}] = ask
        const answer = await api.call(method, path, body, { headers })
        const expected = {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: message.replace('{uid}', uid).replace('{rv}', resourceVersion),
          ...(reason !== undefined && { reason }),
          ...(details !== undefined && { details }),
          code,
        }
        assert.deepEqual(answer.json, expected)
        assert.equal(answer.status, code)
        assert.equal(answer.headers['content-type'], 'application/json')
        assert.equal(answer.text, `${stringifyJson(answer.json)}\n`)
      })
    }
    await t.test('and none of them has changed anything', async () => {
      const after = await api.ok('GET', `${cms}/cm`)
      assert.deepEqual(after, { ...made, kind: 'ConfigMap', apiVersion: 'v1' })
      const { items } = await api.list(cms)
      assert.deepEqual(
        items.map(({ metadata }) => metadata.name),
        ['cm', 'fixed', 'going'],
      )
    })
  })
}
