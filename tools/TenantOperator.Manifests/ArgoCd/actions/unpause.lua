-- Not nil: Argo CD takes an empty spec for an unchanged one.
obj.spec.paused = false
return obj
