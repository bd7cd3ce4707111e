import { defineKind } from '../define.ts'
import type { Binding as BindingObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'

/** Binding: gives a pod to a node. Done, never kept. */
export const binding = defineKind<BindingObject>(resources['v1/bindings'])
