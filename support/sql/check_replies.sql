-- Answers to customers that no mail carries.
SELECT cases.number, message.id
  FROM support_casemessage AS message
  JOIN support_case AS cases ON cases.id = message.case_id
 WHERE message.direction = 'outbound'
   AND NOT EXISTS (SELECT FROM support_notice WHERE support_notice.message_id = message.id)
