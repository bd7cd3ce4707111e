import type { ResourceName } from '#client'

/** Pods, for the commands that are about nothing else and need no discovery to find them. */
export const pods: ResourceName = { group: '', version: 'v1', plural: 'pods', namespaced: true }
