import { defineKind, type Rules } from '../define.ts'
import type { Service as ServiceObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { serviceCells } from './service-cells.ts'

const rules: Rules<ServiceObject> = {
  prepareCreate(service) {
    service.status = { loadBalancer: {} }
  },
  prepareUpdate(next, old, { subresource }) {
    if (subresource === 'status') next.spec = old.spec ?? {}
    else next.status = old.status ?? { loadBalancer: {} }
  },
}

/** Service: one name and address for a set of pods. */
export const service = defineKind<ServiceObject>(resources['v1/services'], { cells: serviceCells, rules })
