import { join } from 'node:path'
import type { Pod } from '#kinds/gen/core-v1'

/** The folder with the logs of a pod's containers. */
export const podLogFolder = (root: string, { metadata }: Pod): string =>
  join(root, `${metadata.namespace}_${metadata.name}_${metadata.uid}`)

/** A container's log below its pod's folder: one file for each start. */
export const logFile = (container: string, attempt: number): string => join(container, `${attempt}.log`)
