import type { Container, Pod } from '#kinds/gen/core-v1'

const summary = ({ name, resources = {} }: Container) => ({
  name,
  resources: {
    ...(resources.limits && { limits: resources.limits }),
    ...(resources.requests && { requests: resources.requests }),
  },
})

/** What events say of a resize: what happened, and all that the pod asks for. */
export function resizeMessage(what: string, { spec, metadata }: Pod, error = ''): string {
  const inits = spec?.initContainers ?? []
  const text = JSON.stringify({
    ...(inits.length > 0 && { initContainers: inits.map(summary) }),
    containers: (spec?.containers ?? []).map(summary),
    generation: metadata.generation ?? 0,
    ...(error !== '' && { error }),
  })
  return `Pod resize ${what}: ${text}`
}
