-- From the conditions that every kind with a status has. Where kstatus says Failed this says Degraded, where it says InProgress this says Progressing,
-- or Suspended if somebody asked for that.
local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.status == "True" or condition.type == "Ready" then
      conditions[condition.type] = condition
    end
  end
end

local ready = conditions.Ready

-- Argo CD says "Pending deletion" by itself and does not get here. The same holds for others who run this.
if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = ready ~= nil and ready.message or "It is being deleted." }
end

if ready == nil then
  return { status = "Unknown", message = "It has no condition Ready, so nothing is known about it. Does the operator run?" }
end

if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = ready.reason == "Pending" and ready.message or "The operator has not looked at the latest spec yet." }
end

if conditions.Stalled ~= nil then
  return { status = "Degraded", message = conditions.Stalled.message }
end

if ready.reason == "Suspended" or ready.reason == "Paused" or ready.reason == "Observing" then
  return { status = "Suspended", message = ready.message }
end

if ready.status == "True" and conditions.Reconciling == nil then
  return { status = "Healthy", message = ready.message }
end

return { status = "Progressing", message = ready.message }
