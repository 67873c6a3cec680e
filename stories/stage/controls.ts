/** The knob for the lifetime of access tokens. */
export const lifetimeControl = {
  lifetime: { name: 'token lifetime (s)', control: { type: 'range', min: 2, max: 120, step: 1 } },
} as const
