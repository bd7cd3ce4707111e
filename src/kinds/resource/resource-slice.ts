import { equal } from '#schema/equal'
import { timeOf } from '#base/time'
import { defineKind, type Rules } from '../define.ts'
import type { Device, ResourceSlice as ResourceSliceObject } from '../gen/resource-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { linksTo, nodeNamed } from '../node-link.ts'
import { sliceErrors } from './slice-errors.ts'

/** Drops what belongs to features that are off, unless it was there before. */
function dropDisabled(device: Device, old: Device | undefined): void {
  if (!old?.nodeAllocatableResourceMappings) delete device.nodeAllocatableResourceMappings
  for (const [name, attribute] of Object.entries(device.attributes ?? {})) {
    const before = old?.attributes?.[name]
    for (const list of ['ints', 'bools', 'strings', 'versions'] as const) {
      if (!before?.[list]) delete attribute[list]
    }
  }
}

/** Drops what is off, and says of new taints since when they are there. */
function settle({ spec }: ResourceSliceObject, old: ResourceSliceObject | undefined, now: number): void {
  const before = new Map((old?.spec.devices ?? []).map((device) => [device.name, device]))
  for (const device of spec.devices ?? []) {
    dropDisabled(device, before.get(device.name))
    for (const taint of device.taints ?? []) taint.timeAdded ??= timeOf(now)
  }
}

const rules: Rules<ResourceSliceObject> = {
  prepareCreate(slice, { now }) {
    slice.metadata.generation = 1
    settle(slice, undefined, now)
  },
  prepareUpdate(next, old, { now }) {
    settle(next, old, now)
    if (!equal(next.spec, old.spec)) next.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  *validate(slice) {
    if (isNew(slice)) yield* sliceErrors(slice.spec, undefined)
  },
  *validateUpdate(next, old) {
    if (!equal(next.spec, old.spec)) yield* sliceErrors(next.spec, old.spec)
  },
}

/** ResourceSlice: devices that a driver has on a node, or on several. */
export const resourceSlice = defineKind<ResourceSliceObject>(resources['resource.k8s.io/v1/resourceslices'], {
  nodeLinks: ({ metadata, spec }) => {
    const own = { group: 'resource.k8s.io', plural: 'resourceslices', name: metadata.name ?? '' }
    return (spec.nodeName ?? '') === '' ? [] : linksTo(nodeNamed(spec.nodeName as string), [own])
  },
  rules,
})
