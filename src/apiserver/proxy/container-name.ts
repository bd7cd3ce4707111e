import { badRequest } from '#base/errors'
import type { Pod } from '#kinds/gen/core-v1'

/** The container a call means: the named one, or the only one. @throws ApiError BadRequest when that is none. */
export function containerName(pod: Pod, asked: string): string {
  const containers = (pod.spec?.containers ?? []).map(({ name }) => name)
  const init = (pod.spec?.initContainers ?? []).map(({ name }) => name)
  const ephemeral = (pod.spec?.ephemeralContainers ?? []).map(({ name }) => name)
  const pods = pod.metadata.name ?? ''
  if (asked !== '') {
    if ([...containers, ...init, ...ephemeral].includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${pods}`)
  }
  const [only] = containers
  if (only !== undefined && containers.length === 1) return only
  if (only === undefined) throw badRequest(`a container name must be specified for pod ${pods}`)
  const orInit = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  throw badRequest(
    `a container name must be specified for pod ${pods}, choose one of: [${containers.join(' ')}]${orInit}`,
  )
}
