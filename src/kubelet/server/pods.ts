import { podLabels } from '../pod/labels.ts'
import type { Endpoint, KubeletServerOptions } from './contract.ts'
import { json } from './refusal.ts'

const list = (items: readonly unknown[]) => json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items })

/** `/pods`: what this node is to run, with the status of now. */
export const podsEndpoint =
  ({ pods }: Pick<KubeletServerOptions, 'pods'>): Endpoint =>
  () =>
    list(pods.pods().map((pod) => ({ ...pod, kind: undefined, apiVersion: undefined })))

/** `/runningpods/`: what the runtime runs, whoever asked for it. */
export const runningPodsEndpoint =
  ({ runtime }: Pick<KubeletServerOptions, 'runtime'>): Endpoint =>
  async ({ request }) => {
    const containers = await runtime.listContainers({}, request.signal)
    const byPod = Map.groupBy(
      containers.filter(({ state }) => state === 'running'),
      ({ labels }) => labels[podLabels.uid] ?? '',
    )
    return list(
      [...byPod].map(([uid, members]) => ({
        metadata: {
          name: members[0]?.labels[podLabels.name],
          namespace: members[0]?.labels[podLabels.namespace],
          uid,
        },
        spec: { containers: members.map(({ name, image }) => ({ name, image, resources: {} })) },
        status: {},
      })),
    )
  }
