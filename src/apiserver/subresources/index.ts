import type { Subresource } from '../contract.ts'
import { binding } from './binding.ts'
import { eviction } from './eviction.ts'
import { token } from './token.ts'

/** Subresources whose behaviour needs nothing but the API server itself. */
export const ownSubresources: Readonly<Record<string, Subresource>> = { binding, eviction, token }
