import { defineKind } from '../define.ts'
import type { ComponentStatus as StatusObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'

const healthOf = ({ conditions = [] }: StatusObject) => conditions.find(({ type }) => type === 'Healthy')

/** ComponentStatus: whether a part of the control plane is well, found out when asked. Never kept. */
export const componentStatus = defineKind<StatusObject>(resources['v1/componentstatuses'], {
  cells: {
    Status(object) {
      const health = healthOf(object)
      return health === undefined ? 'Unknown' : health.status === 'True' ? 'Healthy' : 'Unhealthy'
    },
    Message: (object) => healthOf(object)?.message ?? '',
    Error: (object) => healthOf(object)?.error ?? '',
  },
})
