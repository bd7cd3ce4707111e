import type { AdmissionRule } from '../../define.ts'
import type { Pod } from '../../gen/core-v1.ts'

const containersOf = ({ spec }: Pod) => [
  ...(spec?.initContainers ?? []),
  ...(spec?.containers ?? []),
  ...(spec?.ephemeralContainers ?? []),
]

/** Images are pulled anew for each container, so that only who may pull an image can run it. */
export const alwaysPull: AdmissionRule<Pod> = {
  plugin: 'AlwaysPullImages',
  complete(pod) {
    for (const container of containersOf(pod)) container.imagePullPolicy = 'Always'
    for (const { image } of pod.spec?.volumes ?? []) if (image) image.pullPolicy = 'Always'
    return undefined
  },
}

/** The same for containers that are added later, by which upstream lets an image in that is there already. */
export const alwaysPullLater: AdmissionRule<Pod> = {
  plugin: 'AlwaysPullImages',
  subresource: 'ephemeralcontainers',
  complete({ spec }, _others, old) {
    const before = new Set(old?.spec?.ephemeralContainers?.map(({ name }) => name))
    for (const container of spec?.ephemeralContainers ?? [])
      if (!before.has(container.name)) container.imagePullPolicy = 'Always'
    return undefined
  },
}
