local reasons = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.status == "True" then
      reasons[condition.type] = condition.reason
    end
  end
end

local paused = obj.spec.paused == true
local suspended = obj.spec.suspended == true
local deleted = obj.metadata.deletionTimestamp ~= nil

-- Two platforms have no call for it, and the API server refuses the field there.
local suspendable = obj.spec.hatz == nil and obj.spec.processMind == nil

local why = reasons.DeletionBlocked
local unconfirmed = why == "ConfirmationMissing" or why == "ConfirmationMismatch"
local seen = unconfirmed and obj.status.externalId ~= nil and obj.status.remote ~= nil and obj.status.remote.displayName ~= nil
local held = reasons.Stalled == "TooManyRemovals" and obj.status.users.removalsToConfirm ~= nil

local actions = {}
actions["refresh"] = { displayName = "Look at it now", iconClass = "fa fa-fw fa-sync-alt" }
actions["suspend"] = { disabled = suspended or deleted or not suspendable, displayName = "Take access away", iconClass = "fa fa-fw fa-lock" }
actions["resume"] = { disabled = not suspended or deleted, displayName = "Give access back", iconClass = "fa fa-fw fa-unlock" }
actions["pause"] = { disabled = paused, displayName = "Stop all changes", iconClass = "fa fa-fw fa-pause" }
actions["unpause"] = { disabled = not paused, displayName = "Allow changes again", iconClass = "fa fa-fw fa-play" }
actions["confirm-removals"] = { disabled = not held, displayName = "Let all held people go", iconClass = "fa fa-fw fa-user-minus" }
actions["confirm-deletion"] = { disabled = not (deleted and seen), displayName = "Confirm: delete the tenant for ever", iconClass = "fa fa-fw fa-trash" }
actions["retain"] = { disabled = not deleted or obj.spec.deletionPolicy == "Retain", displayName = "Let go and keep the tenant", iconClass = "fa fa-fw fa-life-ring" }
return actions
