// Random objects of every kind: each is taken and lives by all verbs, or is refused with causes; nothing else happens.
// KUBELING_OBJECTS says how many of each kind are tried.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { kinds } from '#kinds'
import { stringifyJson } from '#schema/json'
import type { Json } from '#schema/object'
import { TestApi } from '#testkit/api-server'
import { collectionOf, goRound } from '#testkit/kind-round'
import { variantsOf } from '#testkit/kind-variants'

const count = Number(process.env['KUBELING_OBJECTS'] ?? 4)
const stored = kinds.filter(({ verbs }) => verbs.includes('watch'))

for (const kind of stored) {
  test(`random objects of ${kind.apiVersion} ${kind.plural} are taken whole or refused with causes`, async (t) => {
    const api = await TestApi.start()
    let taken = 0
    for (const object of variantsOf(kind, count, 1)) {
      const collection = collectionOf(kind, object.metadata.namespace ?? 'default')
      const text = stringifyJson(object as unknown as Json)
      const { status, json } = await api.call('POST', `${collection}?dryRun=All`, text)
      if (status === 201) {
        taken++
        await goRound(api, kind, object, { labelsAreWanted: kind.plural === 'endpointslices' })
      } else checkRefusal(json as Status, text)
    }
    await api.server.close()
    t.diagnostic(`${taken} of ${count} taken`)
  })
}

/** A refusal says what is wrong and where. */
function checkRefusal({ reason, message = '', details, code }: Status, sent: string): void {
  if (code === 400) return assert.equal(reason, 'BadRequest', `${message} ${sent}`)
  assert.equal(reason, 'Invalid', `${message} ${sent}`)
  assert.ok((details?.causes?.length ?? 0) > 0, message)
  for (const cause of details?.causes ?? []) {
    assert.ok(cause.reason && cause.message, `${JSON.stringify(cause)} ${sent}`)
  }
}
