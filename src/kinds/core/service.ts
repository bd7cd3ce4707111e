import { copy } from '#schema/copy'
import { defineKind, type Rules } from '../define.ts'
import type { Service as ServiceObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { serviceCells } from './service-cells.ts'
import { serviceChangeErrors } from './service-change.ts'
import { noExternalIps } from './service-external-ips.ts'
import { serviceErrors } from './service-errors.ts'
import { balancerStatusErrors } from './service-status.ts'
import { familyErrors, settleFamilies } from './service-families.ts'
import { alignClusterIps, alignChangedClusterIps, dropUnusedFields } from './service-prepare.ts'

const rules: Rules<ServiceObject> = {
  prepareCreate(service, { serviceFamilies }) {
    service.status = { loadBalancer: {} }
    alignClusterIps(service)
    settleFamilies(service, serviceFamilies)
  },
  prepareUpdate(next, old, { subresource, serviceFamilies }) {
    if (subresource === 'status') {
      next.spec = copy(old.spec ?? {})
      return
    }
    next.status = old.status ?? { loadBalancer: {} }
    alignChangedClusterIps(next, old)
    dropUnusedFields(next, old)
    settleFamilies(next, serviceFamilies, old)
  },
  validate(service, { subresource, serviceFamilies }) {
    if (subresource === 'status') return balancerStatusErrors(service)
    const errors = [...serviceErrors(service)]
    return errors.length > 0 ? errors : familyErrors(service, serviceFamilies)
  },
  validateUpdate: (next, old) => serviceChangeErrors(next, old),
}

/** Service: one name and address for a set of pods. */
export const service = defineKind<ServiceObject>(resources['v1/services'], {
  admissionRules: [noExternalIps],
  storageDirectory: 'services/specs',
  cells: serviceCells,
  rules,
})
