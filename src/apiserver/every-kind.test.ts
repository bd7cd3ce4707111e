// Every kind through every verb: the suite needs nothing but a kind's declaration and its sample.
import { test } from 'node:test'
import { kinds } from '#kinds'
import { TestApi } from '#testkit/api-server'
import { goRound } from '#testkit/kind-round'
import { sampleOf } from '#testkit/kind-samples'

/** Kinds that only answer a request are never kept. */
const stored = kinds.filter(({ verbs }) => verbs.includes('watch'))

for (const kind of stored) {
  test(`${kind.apiVersion} ${kind.plural}: made, read, changed, listed, watched, shown and deleted`, async () => {
    const api = await TestApi.start()
    await goRound(api, kind, sampleOf(kind), { labelsAreWanted: kind.plural === 'endpointslices' })
    await api.server.close()
  })
}
