from django.urls import path

from terminals.simulator import views

app_name = "simulator"
urlpatterns = [path("", views.pos, name="pos")]
