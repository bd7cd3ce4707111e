// Discovery tells the truth: what it lists is answered, and what it does not list is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import type { KindDef } from '#kinds/define'
import { TestApi } from '#testkit/api-server'
import { collectionOf } from '#testkit/kind-round'

/** How each verb is asked for: its method, and whether it is asked of one object. */
const requests: Readonly<Record<string, readonly [method: string, one: boolean, query?: string]>> = {
  create: ['POST', false],
  delete: ['DELETE', true],
  deletecollection: ['DELETE', false],
  get: ['GET', true],
  list: ['GET', false],
  patch: ['PATCH', true],
  update: ['PUT', true],
  watch: ['GET', false, '?watch=1&timeoutSeconds=1'],
}

const nowhere = 'the server could not find the requested resource'

/** Whether the server has an answer of its own for the request, be it a refusal. */
async function isAnswered(api: TestApi, method: string, path: string): Promise<boolean> {
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } }
  const { status, body } = await api.send(method, path, {}, method === 'PATCH' ? patch : {})
  if (status === 405) return false
  if (status !== 404) return true
  return !Buffer.from(body as Uint8Array)
    .toString()
    .includes(nowhere)
}

async function answeredVerbs(api: TestApi, kind: KindDef): Promise<string[]> {
  const collection = collectionOf(kind, 'default')
  const answered: string[] = []
  for (const [verb, [method, isOne, query = '']] of Object.entries(requests)) {
    const path = `${collection}${isOne ? '/absent' : ''}${query}`
    if (await isAnswered(api, method, path)) answered.push(verb)
  }
  return answered
}

for (const kind of kinds) {
  test(`${kind.apiVersion} ${kind.plural} answers the verbs that discovery lists, and no other`, async () => {
    const api = await TestApi.start()
    assert.deepEqual(await answeredVerbs(api, kind), kind.verbs)
    // What streams has behaviours that a server is given from outside, and tests of its own.
    for (const { name, verbs } of kind.subresources.filter(({ connect }) => connect === undefined)) {
      for (const verb of verbs) {
        const [method] = requests[verb] as readonly [string, boolean]
        const path = `${collectionOf(kind, 'default')}/absent/${name}`
        assert.ok(await isAnswered(api, method, path), `${verb} of ${name}`)
      }
    }
    await api.server.close()
  })
}
