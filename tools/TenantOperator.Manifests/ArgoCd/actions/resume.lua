-- Not nil: Argo CD takes an empty spec for an unchanged one. A suspension without suspended: true is refused.
obj.spec.suspended = false
obj.spec.suspension = nil
return obj
