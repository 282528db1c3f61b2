import { config } from 'zod'

// The contract's schemas come along with its types. Left alone, zod tries whether it may compile code as soon as one
// is made, which the page's policy refuses and reports. Imported before anything that imports the contract.
config({ jitless: true })
