import { never } from '#base/cancel'
import { type Client, readText, toRefusal } from '#client'
import { fromAggregated, type GroupList } from './aggregated.ts'
import { fetchLegacy } from './legacy.ts'
import type { Discovery } from './resource.ts'

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Asks the server what it serves: two requests, or one for each version with servers from before 1.30. */
export async function fetchDiscovery(client: Client): Promise<Discovery> {
  const [core, groups] = await Promise.all([askAggregated(client, '/api'), askAggregated(client, '/apis')])
  return core && groups ? fromAggregated(core, groups) : fetchLegacy(client)
}

/** The aggregated document; undefined when the server does not know that form. */
async function askAggregated(client: Client, path: string): Promise<GroupList | undefined> {
  const headers = { accept: `${aggregated},application/json` }
  const {
    status,
    headers: answered,
    body,
  } = await client.transport.request({ method: 'GET', path, headers }, never)
  if (status >= 400) throw await toRefusal(status, body)
  const text = await readText(body)
  if (!(answered['content-type'] ?? '').includes('as=APIGroupDiscoveryList')) return undefined
  return JSON.parse(text) as GroupList
}
